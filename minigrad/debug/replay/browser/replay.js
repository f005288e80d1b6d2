"use strict";
// Which step is shown, and how one gets to another: keys, slider, buttons, names, the address.

// ---- drawing ----

function nameOf(step) {
  if (step.kind === "product") return step.name;
  const out = step.output && step.output.label;
  return step.kind === "name" ? `“${out}”` : out ? `${step.operation} → ${out}` : step.operation;
}

function alphaOf(step) {
  return step.alphas && !step.final ? `, α = ${step.alphas.map(number).join(" and ")}` : "";
}

function draw(words) {
  const step = data.steps[at],
    hidden = isHidden();
  const place = `step ${at + 1} of ${data.steps.length}`,
    what = `${step.kind === "name" ? "named" : step.kind} ${nameOf(step)}${alphaOf(step)}`;
  get("slider").value = at + 1;
  get("slider").setAttribute("aria-valuetext", `${place}: ${what}`);
  get("where").textContent = `${place}: ${what}`;
  get("said").textContent = `${place}: ${what}. ${words || (hidden ? "A question." : "")}`;
  get("step-title").textContent = TITLES[step.kind](nameOf(step));
  const with_ = Object.entries(step.attributes || {})
    .filter(([, value]) => value !== "None")
    .map(([name, value]) => `${name} = ${value}`);
  get("explained").textContent =
    explained(step) +
    (with_.length ? ` Here ${with_.join(", ")}.` : "") +
    (step.modules && step.modules.length ? ` Inside ${step.modules.join(", ")}.` : "");
  showSource(step);
  drawGraph(
    get("graph"),
    graphStep(),
    hidden && step.kind !== "product",
    step.kind === "product" ? step.name : undefined,
  );
  showQuestion();
  if (words) get("verdict").textContent = words;
  if (step.kind === "product") showProduct(step, hidden);
  else {
    showRules(step, hidden, picked);
    showArrays(step, hidden, picked, pick);
  }
  showPath(at, hidden, unit);
  drawStrip();
  for (const [id, off] of [
    ["home", at === 0],
    ["back", at === 0],
    ["next", at === data.steps.length - 1],
    ["end", at === data.steps.length - 1],
  ])
    get(id).setAttribute("aria-disabled", off);
}

// The graph of a product is that of the sweep before it.
function graphStep() {
  let k = at;
  while (k > 0 && data.steps[k].graph === undefined) k--;
  return k;
}

function showProduct(step, hidden) {
  const lines = step.alphas.flatMap((alpha, point) =>
    step.units.map((name, one) => {
      const result = hidden ? "?" : number(step.term[point][one]),
        sum = hidden ? "?" : number(step.running[point][one]);
      const filled =
        step.dF_dy &&
        `${number(step.dF_dy[point][one])} · ${bracketed(number(step.dy[point][one]), "*")} = `;
      if (step.final)
        return make(
          "p",
          { className: "formula" },
          `IG of ${name}: ∫ ∂F/∂${name} dα · (x − x′) = ${filled}`,
          make("b", { textContent: result }),
        );
      const factors = filled
        ? `∂F/∂${name} · ${moveOf(step, name)} = ${filled}`
        : `${step.folded ? `${name}, Σ over its positions` : `∂F/∂${name}`} = `;
      return make(
        "p",
        { className: "formula" },
        factors,
        make("b", { textContent: result }),
        step.difference ? "" : `; times the weight ${number(step.weights[point])}`,
        step.difference ? "; the sum so far is " : ", the sum so far is ",
        make("b", { textContent: sum }),
      );
    }),
  );
  get("rules").replaceChildren(...lines);
  get("arrays").replaceChildren();
}

function drawStrip() {
  const strip = get("strip"),
    count = data.steps.length;
  strip.setAttribute("viewBox", `0 0 ${count} 10`);
  strip.setAttribute("preserveAspectRatio", "none");
  if (!strip.childElementCount)
    strip.append(
      ...data.steps.map((step, k) =>
        svg("rect", { class: step.kind, x: k, y: 0, width: 1, height: 6 }),
      ),
      svg("rect", { class: "here", y: 6, height: 4, width: 1 }),
    );
  strip.lastChild.setAttribute("x", at);
}

// ---- moving ----

function go(k, words) {
  const next = Math.max(0, Math.min(data.steps.length - 1, k));
  if (next !== at) picked = undefined;
  at = next;
  draw(words);
  writeAddress();
}

// On from a question: first its answer, then the next step.
function forward() {
  if (isHidden()) reveal(`It is ${number(questionOf(at).result)}.`);
  else go(at + 1);
}

function pick(place) {
  picked = place;
  draw();
  const again = document.querySelector(`.numbers button[data-place="${place}"]`);
  if (again) again.focus({ preventScroll: true });
}

function play() {
  const playing = timer === null && at < data.steps.length - 1;
  clearInterval(timer);
  timer = playing
    ? setInterval(() => (at < data.steps.length - 1 ? go(at + 1) : play()), 1000 * SECONDS)
    : null;
  get("play").textContent = playing ? "❚❚" : "▶▶";
  get("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  draw();
}

function search(matches, direction) {
  for (let k = 1; k <= data.steps.length; k++) {
    const place = (at + direction * k + 2 * data.steps.length) % data.steps.length;
    if (matches(data.steps[place])) return go(place);
  }
}

// Names in the order of their first appearance, then lines.
function fillTargets() {
  const names = new Set(),
    lines = new Map();
  for (const step of data.steps) {
    for (const one of [...(step.inputs || []), ...(step.output ? [step.output] : [])])
      if (one.label && one.role !== "constant") names.add(one.label);
    lines.set(step.at.join(), `${data.files[step.at[0]].name}, line ${step.at[1]}`);
  }
  const order = [...names].sort((one, other) => /^v[₀-₉]+$/.test(one) - /^v[₀-₉]+$/.test(other)); // the user's names first
  get("target").replaceChildren(
    ...order.map((name) => new Option(`this tensor: ${name}`, `name ${name}`)),
    ...[...lines].map(([key, text]) => new Option(`this line: ${text}`, `line ${key}`)),
  );
}

function jump(direction) {
  const [kind, ...rest] = get("target").value.split(" "),
    target = rest.join(" ");
  const tensors = (step) => [...(step.inputs || []), ...(step.output ? [step.output] : [])];
  search(
    kind === "line"
      ? (step) => step.at.join() === target
      : (step) => tensors(step).some((one) => one.label === target) || step.name === target,
    direction,
  );
}

// ---- the address ----

function writeAddress() {
  const text = `#step=${at + 1}${get("ask").checked ? "" : "&ask=off"}`;
  if (location.hash !== text) history.replaceState(null, "", text);
}

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1)),
    step = Number(asked.get("step"));
  let off = asked.get("ask") === "off";
  try {
    off ||= localStorage.getItem("minigrad-replay-ask") === "off";
  } catch {
    /* nothing is kept where that is not allowed */
  }
  get("ask").checked = !off;
  at = Number.isInteger(step) && step > 0 ? Math.min(step, data.steps.length) - 1 : at;
}

function switchQuestions() {
  try {
    localStorage.setItem("minigrad-replay-ask", get("ask").checked ? "on" : "off");
  } catch {
    /* as above */
  }
  draw();
  writeAddress();
}

function onKey(event) {
  const typing =
    /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.id !== "slider";
  if (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const moves = {
    ArrowLeft: () => go(at - 1),
    ArrowRight: forward,
    Home: () => go(0),
    End: () => go(data.steps.length - 1),
  };
  const move = moves[event.key];
  if (!move || (event.target.id !== "slider" && scrollsSideways(event))) return;
  event.preventDefault();
  move();
}

// A panel that is wider than its place keeps its arrows.
function scrollsSideways(event) {
  const panel = event.target.closest("pre, .table");
  return panel !== null && event.key.startsWith("Arrow") && panel.scrollWidth > panel.clientWidth;
}

function fillAll() {
  const body = get("all").querySelector("tbody");
  if (body.childElementCount) return;
  body.append(
    ...data.steps.map((step, k) => {
      const link = make("a", { href: `#step=${k + 1}`, textContent: k + 1 }),
        out = comesOut(step).map(({ left, array }) => `${left} ${inShort(data.arrays[array])}`);
      const product =
        step.kind === "product"
          ? step.units.map(
              (name, one) => `${name} ${number(step.running[step.running.length - 1][one])}`,
            )
          : [];
      const on = step.inputs ? step.inputs.map(wordFor).join(", ") : "";
      return make(
        "tr",
        {},
        make("td", {}, link),
        ...[
          `${step.kind} ${nameOf(step)}${alphaOf(step)}`,
          on,
          `${data.files[step.at[0]].name}:${step.at[1]}`,
          [...out, ...product].join("; "),
        ].map((text) => make("td", { textContent: text })),
      );
    }),
  );
}

const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

function begin() {
  const counts = KINDS.map((kind) => [
    kind,
    data.steps.filter((step) => step.kind === kind).length,
  ]).filter(([, count]) => count);
  const named = data.steps.filter((step) => step.kind === "name").length,
    tally = counts.map(([kind, count]) => `${count} ${kind}`);
  if (named) tally.push(counted(named, "name"));
  get("opening").textContent = data.steps.length
    ? `${counted(data.steps.length, "step")}, ${tally.join(", ")}: what automatic differentiation does, one step at a time. Click into the player, then ← and → go back and on.`
    : "There is nothing to show.";
  get("notes").append(
    ...data.notes.map((text) => make("p", { className: "note", textContent: text })),
  );
  if (data.error)
    get("notes").append(
      make("p", {
        className: "warning",
        textContent: `The program ended with an error; here is what ran until then. ${data.error}`,
      }),
    );
  if (!data.steps.length) {
    for (const id of ["player", "columns", "path", "all"]) get(id).hidden = true;
    return;
  }
  get("kinds").append(
    ...counts.map(([kind]) =>
      make(
        "button",
        { type: "button", onclick: () => search((step) => step.kind === kind, 1) },
        make("span", { className: `key ${kind}` }),
        ` ${kind}`,
      ),
    ),
  );
  get("slider").max = data.steps.length;
  fillTargets();
  readAddress();
  const clicks = {
    home: () => go(0),
    back: () => go(at - 1),
    next: forward,
    end: () => go(data.steps.length - 1),
    play,
    earlier: () => jump(-1),
    later: () => jump(1),
    show: () => reveal(`It is ${number(questionOf(at).result)}.`),
  };
  for (const [id, click] of Object.entries(clicks)) get(id).addEventListener("click", click);
  get("slider").addEventListener("input", () => go(Number(get("slider").value) - 1));
  get("ask").addEventListener("change", switchQuestions);
  get("question").addEventListener("submit", judge);
  get("unit").addEventListener("change", () => {
    unit = Number(get("unit").value);
    showPath(at, isHidden(), unit);
  });
  for (const id of ["player", "columns", "path"]) get(id).addEventListener("keydown", onKey);
  get("all").addEventListener("toggle", fillAll);
  addEventListener("beforeprint", fillAll);
  addEventListener("hashchange", () => {
    picked = undefined;
    readAddress();
    draw();
  });
  addEventListener("resize", () => showPath(at, isHidden(), unit));
  draw();
  writeAddress();
}

begin();
