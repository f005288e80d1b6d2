"use strict";
// Below: the points of the path so far, and the running sum of one unit.

// The walk that is shown at step k: the one it belongs to, or the next one to come.
function walkAt(k) {
  const products = data.steps
    .map((step, place) => ({ step, place }))
    .filter(({ step }) => step.kind === "product");
  if (!products.length) return null;
  const near = products.find(({ place }) => place >= k) || products[products.length - 1];
  return near.step.walk;
}

function rowsOf(walk, k, hidden) {
  const rows = [];
  data.steps.forEach((step, place) => {
    if (step.kind !== "product" || step.walk !== walk || step.final) return;
    step.alphas.forEach((alpha, point) =>
      rows.push({
        alpha,
        weight: step.weights[point],
        past: place <= k,
        now: place === k,
        hidden: place === k && hidden,
        ...Object.fromEntries(
          ["dF_dy", "dy", "term", "running"].map((key) => [key, step[key] && step[key][point]]),
        ),
      }),
    );
  });
  return rows;
}

function showPath(k, hidden, unit) {
  const walk = walkAt(k);
  get("path").hidden = walk === null;
  if (walk === null) return;
  const step = data.steps[walk],
    rows = rowsOf(walk, k, hidden);
  unit = Math.min(unit, step.units.length - 1);
  const names = step.units.map((name) => name).join("|");
  if (get("unit").dataset.names !== names) {
    get("unit").replaceChildren(...step.units.map((name, place) => new Option(name, place)));
    get("unit").dataset.names = names;
  }
  get("unit").value = unit;
  get("path-name").textContent = step.name;
  const left = step.hidden
    ? ` Of the layer's units the ${step.units.length} strongest are here, ${step.hidden} are not.`
    : "";
  const what = step.dy ? `∂F/∂y · ${moveOf(step, "y")}` : foundAt(step);
  get("path-words").textContent =
    (step.difference
      ? `Each bar is one piece of the path: as high as ${what}. The heights so far add up to the sum so far.`
      : `Each bar is one point α: as high as ${what}, as wide as its weight. The area so far is the sum so far.`) +
    left;
  const name = step.units[unit],
    heads = step.dy
      ? ["α", `∂F/∂${name}`, moveOf(step, name), "product", "weight", "sum so far"]
      : ["α", what, "weight", "sum so far"];
  const table = get("path-table");
  table.caption.textContent = `The sum of ${name}, point by point`;
  table.tHead.replaceChildren(
    make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text }))),
  );
  table.tBodies[0].replaceChildren(
    ...rows.map((row) => {
      const known = (value) => (!row.past ? "" : row.hidden ? "?" : number(value[unit])),
        given = (value) => (row.past ? number(value[unit]) : "");
      const cells = [row.alpha === null ? "" : number(row.alpha)];
      if (step.dy) cells.push(row.dF_dy ? given(row.dF_dy) : "", row.dy ? given(row.dy) : "");
      cells.push(known(row.term), number(row.weight), known(row.running));
      const here = data.steps[k].alphas || [];
      return make(
        "tr",
        { className: row.now ? "now" : here.includes(row.alpha) && !row.past ? "coming" : "" },
        ...cells.map((text) => make("td", { textContent: text })),
      );
    }),
  );
  const end = data.steps.findIndex((one) => one.walk === walk && one.final);
  if (end >= 0) {
    const { dF_dy, dy, term } = data.steps[end],
      known = k > end || (k === end && !hidden);
    const text = known
      ? `${number(dF_dy[0][unit])} · ${bracketed(number(dy[0][unit]), "*")} = ${number(term[0][unit])}`
      : "";
    table.tBodies[0].append(
      make(
        "tr",
        { className: k === end ? "now" : "" },
        make("td", { colSpan: heads.length - 1, textContent: "the whole integral, times x − x′" }),
        make("td", { textContent: text }),
      ),
    );
  }
  drawPath(get("path-chart"), rows, unit, name, step.difference);
}

// How y moves: per α, or of a line integral from point to point.
function moveOf(step, name) {
  return step.difference ? `Δ${name}` : `d${name}/dα`;
}

// What a walk adds at a point, where it is no product of two factors that are shown.
function foundAt(step) {
  return step.folded ? `Σ ∂F/∂y · ${moveOf(step, "y")} over the filter's positions` : `∂F/∂${step.name}`;
}

function drawPath(holder, rows, unit, name, difference) {
  const width = Math.max(240, Math.floor(holder.clientWidth)),
    height = 180,
    left = 62,
    bottom = 24;
  const real = (value) => (typeof value === "number" ? value : 0),
    terms = rows.map((row) => real(row.term[unit]));
  const low = Math.min(0, ...terms),
    high = Math.max(0, ...terms) || (low < 0 ? 0 : 1);
  const x = (alpha) => left + alpha * (width - left - 12),
    y = (value) => 26 + ((high - value) / (high - low)) * (height - bottom - 26);
  const past = rows.filter((row) => row.past && !row.hidden),
    sum = past.length ? number(past[past.length - 1].running[unit]) : "0";
  const root = svg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `${name}: ${past.length} of ${rows.length} points taken in, the sum so far is ${sum}`,
  });
  // One beside the other, so none hides a part of the area: each bar then holds its α.
  let start = 0;
  for (const row of past) {
    const value = real(row.term[unit]),
      end = difference ? row.alpha : Math.min(1, start + row.weight);
    root.append(
      svg("rect", {
        class: `bar${row.now ? " now" : ""}`,
        x: x(start),
        width: Math.max(2, x(end) - x(start)),
        y: y(Math.max(value, 0)),
        height: Math.abs(y(0) - y(value)),
      }),
    );
    start = end;
  }
  root.append(svg("line", { class: "zero", x1: left, x2: width - 12, y1: y(0), y2: y(0) }));
  for (const value of [0, ...[low, high].filter((one) => Math.abs(y(one) - y(0)) > 14)])
    root.append(
      svg(
        "text",
        { x: left - 6, y: y(value) + 4, "text-anchor": "end" },
        number(Number(value.toPrecision(3))),
      ),
    );
  for (const alpha of [0, 0.5, 1])
    root.append(
      svg("text", { x: x(alpha), y: height - 6, "text-anchor": "middle" }, alpha ? alpha : "α = 0"),
    );
  root.append(
    svg(
      "text",
      { x: width - 12, y: 13, "text-anchor": "end", "font-weight": 600 },
      `sum so far ${sum}`,
    ),
  );
  holder.replaceChildren(root);
}
