"use strict";
// The graph of the pass that a step belongs to: boxes in fixed places, the current one lit.

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// What every tensor of the pass holds after step k: by node {value, tangent, gradient}. It is worked out anew for
// each step, so a step can be drawn without having drawn the one before.
function stateAt(k, hidden) {
  const state = {},
    now = data.steps[k],
    pass = now.pass;
  const set = (node, what, array) => {
    if (node !== null && array !== null && array !== undefined) (state[node] ||= {})[what] = array;
  };
  if (pass === undefined) return state;
  const sweep = lastSweepOf(k);
  for (let j = 0; j <= k; j++) {
    const step = data.steps[j];
    if (step.pass !== pass || !step.inputs) continue;
    for (const input of step.inputs) {
      set(input.node, "value", input.value);
      set(input.node, "tangent", input.tangent);
    }
    if (j === k && hidden) {
      if (step.kind === "tangent") set(step.output.node, "value", step.output.value);
      if (step.kind === "backward" && step.sweep === sweep)
        set(step.output.node, "gradient", step.output.grad);
      continue;
    }
    set(step.output.node, "value", step.output.value);
    if (step.kind !== "forward") set(step.output.node, "tangent", step.output.tangent);
    if (step.kind === "backward" && step.sweep === sweep) {
      set(step.output.node, "gradient", step.output.grad);
      for (const input of step.inputs) set(input.node, "gradient", input.sum);
    }
  }
  return state;
}

// The backward sweep whose gradients stand in the nodes: the last one of the pass.
function lastSweepOf(k) {
  for (let j = k; j >= 0; j--) {
    if (data.steps[j].pass === data.steps[k].pass && data.steps[j].kind === "backward")
      return data.steps[j].sweep;
  }
  return -1;
}

// A few numbers of an array, for a box.
function inShort(array) {
  if (!array.values) return `‖${number(array.norm)}‖`;
  const texts = array.values.map(number),
    all = texts.join(", ");
  if (texts.length <= 4 && all.length <= 20) return all || "empty";
  return `${texts.slice(0, all.length > 20 && texts[0].length + texts[1].length > 12 ? 1 : 2).join(", ")}, … (${texts.length})`;
}

function curve(x1, y1, x2, y2) {
  const bend = Math.max(12, (y2 - y1) / 2);
  return ` C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2}`;
}

// Of a product the layer is lit, in the graph of the sweep before it.
function drawGraph(holder, k, hidden, layer) {
  const step = data.steps[k];
  if (step.graph === undefined) {
    holder.replaceChildren();
    return;
  }
  const graph = data.graphs[step.graph],
    [width, height] = data.box,
    state = stateAt(k, hidden);
  const size = Math.max(0.8, Math.min(1, holder.clientWidth / graph.width)); // a little smaller, if it then fits
  const root = svg("svg", {
    width: size * graph.width,
    height: size * graph.height,
    viewBox: `0 0 ${graph.width} ${graph.height}`,
    role: "img",
  });
  const named =
    layer === undefined
      ? -1
      : graph.nodes.findIndex((node) => node.label === layer || node.title.split(" ")[0] === layer);
  const lit =
    step.kind === "name" || layer !== undefined ? [] : step.inputs.map((input) => input.node);
  const here = layer === undefined ? step.output.node : named < 0 ? null : named;
  for (const { from, to, by } of graph.edges) {
    const start = graph.nodes[from],
      end = graph.nodes[to],
      now = to === here && lit.includes(from);
    const x1 = start.x + width / 2,
      y1 = start.y + height,
      x2 = end.x + width / 2,
      y2 = end.y;
    let line = `M ${x1} ${y1}`,
      x = x1,
      y = y1;
    for (const [bendX, top] of by) {
      line += `${curve(x, y, bendX, top)} L ${bendX} ${top + height}`;
      [x, y] = [bendX, top + height];
    }
    root.append(svg("path", { class: `edge${now ? " now" : ""}`, d: line + curve(x, y, x2, y2) }));
    const up = now && step.kind === "backward"; // the gradient goes the other way
    const tip = up
      ? `${x1 - 5},${y1 + 8} ${x1 + 5},${y1 + 8} ${x1},${y1}`
      : `${x2 - 5},${y2 - 8} ${x2 + 5},${y2 - 8} ${x2},${y2}`;
    root.append(svg("polygon", { class: `arrow${now ? " now" : ""}`, points: tip }));
  }
  graph.nodes.forEach((node, place) => {
    const mark = place === here ? " now" : lit.includes(place) ? " touched" : "";
    const group = svg("g", {
      class: `node ${node.role}${mark}`,
      transform: `translate(${node.x} ${node.y})`,
    });
    group.append(svg("rect", { width, height, rx: 6 }));
    const title =
      node.label && node.label !== node.title ? `${node.label}: ${node.title}` : node.title;
    const short = title.length > 20 ? `${title.slice(0, 19)}…` : title;
    group.append(svg("text", { class: "title", x: 8, y: 16 }, short));
    ["value", "tangent", "gradient"].forEach((what, row) => {
      const array = state[place] && state[place][what];
      if (array === undefined) return;
      group.append(
        svg("text", { class: what, x: 8, y: 31 + 14 * row }, inShort(data.arrays[array])),
      );
    });
    group.append(svg("title", {}, title));
    root.append(group);
  });
  const about = (place) => graph.nodes[place].label || graph.nodes[place].title;
  root.setAttribute(
    "aria-label",
    `${graph.nodes.length} boxes; lit: ${here === null ? "none" : about(here)}` +
      (lit.length
        ? `, made from ${lit
            .filter((place) => place !== null)
            .map(about)
            .join(", ")}`
        : ""),
  );
  const scroll = [holder.scrollLeft, holder.scrollTop];
  holder.replaceChildren(root);
  root.querySelectorAll(".node text").forEach((text) => narrow(text, width - 12));
  [holder.scrollLeft, holder.scrollTop] = scroll;
  if (here !== null) {
    const { x, y } = graph.nodes[here];
    keepInView(holder, { x: size * x, y: size * y }, size * width, size * height);
  }
}

// A text that is wider than its box, in this browser's font, is drawn as wide as the box.
function narrow(text, most) {
  if (text.getComputedTextLength() <= most) return;
  text.setAttribute("textLength", most);
  text.setAttribute("lengthAdjust", "spacingAndGlyphs");
}

// Scrolls the holder, never the page, and only if the box is out of sight.
function keepInView(holder, node, width, height) {
  if (node.x < holder.scrollLeft || node.x + width > holder.scrollLeft + holder.clientWidth) {
    holder.scrollLeft = node.x + width / 2 - holder.clientWidth / 2;
  }
  if (node.y < holder.scrollTop || node.y + height > holder.scrollTop + holder.clientHeight) {
    holder.scrollTop = node.y + height / 2 - holder.clientHeight / 2;
  }
}
