"use strict";
// Two kinds of chart as SVG: curves over α, and bars about zero. They know nothing of conductance.

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 44, RIGHT = 14, TOP = 24, BOTTOM = 24; // the space around the curves, in pixels
const TANGENT = 34; // half the length of the stroke at the mark, in pixels
const ROW = 30, LETTER = 7; // the height of a row of bars, and the width of a letter of its label, in pixels

function svg(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// An empty drawing in place of what the holder held, as wide as it.
function drawing(holder, height, description) {
  const width = Math.max(240, Math.floor(holder.clientWidth));
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description });
  holder.replaceChildren(root);
  const add = (tag, attributes, text) => root.appendChild(svg(tag, attributes, text));
  return { width, add };
}

function scale(low, high, from, to) {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

// Round numbers between low and high: steps of 1, 2 or 5 times a power of ten, about `count` of them.
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(10)));
  return found;
}

function withMargin(values, share) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const margin = share * (high - low || 1);
  return [low - (low < 0 ? margin : 0), high + (high > 0 ? margin : 0)];
}

// What of a list is a number, with its place: a curve may lack its ends.
function known(xs, ys) {
  return ys.map((value, k) => [xs[k], value, k]).filter(([, value]) => value !== null);
}

// A curve over xs from 0 to 1 with a mark at its point `here`.
// options: name (of the values, at the axis), slope (a stroke at the mark), chord (the stretch that ends there in green instead),
// area (shaded up to the mark), rings (other values at xs),
// steps (each value is that of the whole stretch that ends at its x, and so is each ring).
function drawCurve(holder, description, xs, ys, here, options) {
  const height = 254;
  const { width, add } = drawing(holder, height, description);
  const [low, high] = withMargin([...ys, ...(options.rings || [])], 0.08);
  const x = scale(0, 1, LEFT, width - RIGHT), y = scale(low, high, height - BOTTOM, TOP);
  for (const tick of ticks(low, high, 5)) {
    add("line", { class: tick === 0 ? "zero" : "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) });
    add("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, minus(tick));
  }
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    add("line", { class: "axis", x1: x(tick), x2: x(tick), y1: height - BOTTOM, y2: height - BOTTOM + 4 });
    add("text", { x: x(tick), y: height - 6, "text-anchor": "middle" }, tick === 0 ? "α = 0" : tick);
  }
  add("text", { x: 0, y: 12, class: "name" }, options.name);
  const points = known(xs, ys).flatMap(([at, value, k]) =>
    (options.steps ? [xs[k - 1], at] : [at]).map((one) => [one, value]));
  const drawn = (list) => list.map(([at, value]) => `${x(at)},${y(value)}`).join(" ");
  const passed = points.filter(([at]) => at <= xs[here]);
  if (options.steps && here < xs.length - 1) passed.pop(); // the next step begins here
  if (options.area && passed.length) {
    add("polygon", { class: "area", points: drawn([...passed, [xs[here], 0], [passed[0][0], 0]]) });
  }
  add("line", { class: "here", x1: x(xs[here]), x2: x(xs[here]), y1: TOP, y2: height - BOTTOM });
  add("polyline", { class: "curve", points: drawn(points) });
  if (options.dots) points.forEach(([at, value]) => add("circle", { class: "dot", cx: x(at), cy: y(value), r: 2.5 }));
  for (const [at, value, k] of known(xs, options.rings || [])) {
    add("circle", { class: "ring", cx: x(options.steps ? (xs[k - 1] + at) / 2 : at), cy: y(value), r: options.steps ? 3 : 4 });
  }
  const own = { x1: x(xs[Math.max(0, here - 1)]), x2: x(xs[here]) };
  if (options.steps && here > 0) add("line", { class: "tangent", ...own, y1: y(ys[here]), y2: y(ys[here]) });
  if (options.chord && here > 0) {
    add("line", { class: "tangent", ...own, y1: y(ys[here - 1]), y2: y(ys[here]) });
  } else if (!options.chord && (options.slope ?? null) !== null) {
    const across = x(1) - x(0), up = options.slope * (y(1) - y(0));
    const unit = TANGENT / Math.hypot(across, up), px = x(xs[here]), py = y(ys[here]);
    add("line", { class: "tangent", x1: px - unit * across, x2: px + unit * across, y1: py - unit * up, y2: py + unit * up });
  }
  if (ys[here] !== null) add("circle", { class: "mark", cx: x(xs[here]), cy: y(ys[here]), r: 6 });
}

// Rows of bars about zero. Each row: label, chosen (bold), value (written at the end), and parts:
// lists of [value now, value on the whole path, class, error of that, if any]. lines, if given: a dotted one, and a dashed one with a text.
function drawBars(holder, description, rows, [low, high], lines) {
  const top = lines ? 22 : 4, height = top + rows.length * ROW + BOTTOM;
  const { width, add } = drawing(holder, height, description);
  const most = Math.floor((0.35 * width) / LETTER), longest = Math.max(...rows.map((row) => row.label.length));
  const first = Math.max(72, LETTER * Math.min(most, longest) + 8), last = width - 62;
  const x = scale(low, high, first, last), bottom = height - BOTTOM;
  for (const tick of ticks(low, high, width < 500 ? 4 : 7)) {
    add("line", { class: tick === 0 ? "zero" : "grid", x1: x(tick), x2: x(tick), y1: top, y2: bottom + 4 });
    add("text", { x: x(tick), y: height - 6, "text-anchor": "middle" }, minus(tick));
  }
  rows.forEach((row, index) => {
    const middle = top + (index + 0.5) * ROW, style = row.chosen ? "chosen" : "";
    const label = row.label.length > most ? `${row.label.slice(0, most - 1)}…` : row.label;
    add("text", { x: 0, y: middle + 4, class: style }, label);
    add("text", { x: width, y: middle + 4, "text-anchor": "end", class: style }, row.value);
    for (const [now, whole, kind, error] of row.parts) {
      const [up, height] = kind === "total" ? [-6, 5] : row.parts.length > 1 ? [10, 15] : [8, 16]; // a sum stands under its parts
      const bar = (value) => ({ x: Math.min(x(0), x(value)), width: Math.abs(x(value) - x(0)), y: middle - up, height });
      add("rect", { class: kind, ...bar(now) });
      if (kind !== "total") add("rect", { class: "outline", ...bar(whole) });
      if (error) {
        const [from, to] = [whole - error, whole + error].map((end) => Math.min(last + 8, Math.max(first - 8, x(end))));
        add("path", { class: "error", d: `M${from},${middle}H${to}M${from},${middle - 4}v8M${to},${middle - 4}v8` });
      }
    }
  });
  if (lines) {
    const { dotted, dashed, text } = lines, end = x(dashed) > (first + last) / 2;
    add("line", { class: "dotted", x1: x(dotted), x2: x(dotted), y1: top, y2: bottom });
    add("line", { class: "dashed", x1: x(dashed), x2: x(dashed), y1: top - 4, y2: bottom });
    add("text", { x: x(dashed) + (end ? 40 : -40), y: 12, "text-anchor": end ? "end" : "start" }, text);
  }
}
