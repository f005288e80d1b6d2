// What the theme leaves to the mouse: opening the two drawers, and scrolling what is wider than the page.

// The theme opens a drawer with the label of a hidden box. A button does the same and can be reached with Tab.
function makeDrawer(name, title) {
  const box = document.getElementById(name);
  const buttons = [];
  function turn(open) {
    box.checked = open;
    buttons.forEach((button) => button.setAttribute("aria-expanded", String(open)));
  }
  document.querySelectorAll(`label[for="${name}"]:not(.overlay)`).forEach((label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = label.className;
    button.setAttribute("aria-label", title);
    button.append(...label.childNodes);
    button.addEventListener("click", () => turn(!box.checked));
    label.replaceWith(button);
    buttons.push(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.checked) {
      turn(false);
    }
  });
  box.addEventListener("change", () => turn(box.checked)); // a click beside the drawer
  turn(box.checked);
}

// A block that scrolls can be reached with Tab and moved with the arrows; one that fits is passed over.
function markScrollable() {
  document.querySelectorAll("article pre, article .table-wrapper, article div.math, article p:has(> img:only-child)").forEach((block) => {
    if (block.scrollWidth > block.clientWidth + 1) {
      block.tabIndex = 0;
    } else {
      block.removeAttribute("tabindex");
    }
  });
}

document.addEventListener("DOMContentLoaded", () => {
  makeDrawer("__navigation", "Contents of the course");
  makeDrawer("__toc", "Contents of this page");
  document.querySelector(".sidebar-drawer").setAttribute("aria-label", "Contents of the course");
  document.querySelector(".toc-drawer").setAttribute("aria-label", "Contents of this page");
  markScrollable();
  document.querySelectorAll("details").forEach((details) => details.addEventListener("toggle", markScrollable));
  window.addEventListener("resize", markScrollable);
});
