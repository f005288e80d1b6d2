"use strict";
// What the page was given, and which step is shown.

const data = JSON.parse(document.getElementById("data").textContent);
const KINDS = ["forward", "tangent", "backward", "product"];
const SECONDS = 1.2; // a step takes so long while it plays
let at = 0,
  picked,
  unit = 0,
  timer = null;
const revealed = new Set();
