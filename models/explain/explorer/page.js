"use strict";
// What is picked, and everything that follows from it. Names are the paper's: F, x, x′, α, y.

const data = JSON.parse(document.getElementById("data").textContent);
const get = (id) => document.getElementById(id);
const pickers = { picture: get("picture"), class: get("class"), layer: get("layer"), alpha: get("alpha") };

function chosen() {
  const picture = data.pictures[Number(pickers.picture.value)];
  const explained = picture.classes[Number(pickers.class.value)];
  const name = data.layers[Number(pickers.layer.value)];
  return { picture, explained, name, layer: explained.layers[name], k: Number(pickers.alpha.value) };
}

const between = data.kind === "between-points"; // slopes are of the stretch that ends at their α
const last = (list) => list[list.length - 1];

function fillPictures() {
  fillSelect(pickers.picture, data.pictures.map((picture) => picture.title));
}

function fillClasses() {
  const picture = data.pictures[Number(pickers.picture.value)];
  fillSelect(pickers.class, picture.classes.map((one) =>
    `${one.name}: ${number(last(one.scores))} (${one.role})`));
}

// A layer's shape in words: rows × columns of cells, or a list of numbers, and the filters of the last axis.
function shapeOf(shape) {
  const places = shape.slice(0, -1).join(" × "), filters = `${last(shape) ?? 1} filters`;
  return places ? `${places} cells, ${filters}` : filters;
}

function fillLayers() {
  const { layers } = data.pictures[0].classes[0];
  fillSelect(pickers.layer, data.layers.map((name) => `${name} (${shapeOf(layers[name].shape)})`));
}

function showPictures({ picture, explained, k }) {
  const seen = { ...picture, bytes: unpacked(picture.pixels, Uint8Array) }, alpha = explained.alphas[k];
  drawPicture(get("picture-start"), seen, 0, "The baseline: a black picture");
  drawPicture(get("picture-here"), seen, alpha, `The picture at ${percent(alpha)} of its brightness`);
  drawPicture(get("picture-end"), seen, 1, `The picture: ${picture.alt}`);
}

function showPath({ explained, name, layer, k }) {
  const { alphas, scores, slopes } = explained, alpha = `α = ${alphas[k].toFixed(4)}`;
  get("alpha-value").textContent = alpha;
  pickers.alpha.setAttribute("aria-valuetext", `${alpha}, F = ${number(scores[k])}, slope ${number(slopes[k])}`);
  get("score").textContent = signed(scores[k]);
  get("slope").textContent = signed(slopes[k]);
  get("so-far").textContent = signed(scores[k] - scores[0]);
  get("tie-note").hidden = k > 0;
  get("difference").textContent = signed(explained.difference);
  const goes = `from ${number(scores[0])} at α = 0 to ${number(last(scores))} at α = 1`;
  const largest = Math.max(...slopes.filter((one) => one !== null)), there = alphas[slopes.indexOf(largest)];
  drawCurve(get("score-chart"), `F along the path, ${goes}; here ${number(scores[k])}`, alphas, scores, k,
    { name: "F(x(α))", ...(between ? { chord: true, dots: true } : { slope: slopes[k] }) });
  drawCurve(get("slope-chart"),
    `The slope of F along the path, largest (${number(largest)}) at α = ${there.toFixed(4)}; here ${number(slopes[k])}. The sums over ${name} lie on it.`,
    alphas, slopes, k, { name: between ? "ΔF/Δα" : "dF/dα", area: true, rings: layer.slopes, steps: between });
}

function showLayers({ explained, name, k }) {
  const layers = data.layers.map((one) => [one, explained.layers[one]]), soFar = explained.scores[k] - explained.scores[0];
  const rows = layers.map(([label, sums]) => ({
    label, chosen: label === name, value: signed(sums.totals[k]),
    parts: ["for", "against"].map((kind) => [sums[kind][k], last(sums[kind]), kind]).concat([[sums.totals[k], last(sums.totals), "total"]]),
  }));
  const reach = layers.flatMap(([, sums]) => [...sums.for, ...sums.against]);
  const totals = rows.map((row) => `${row.label} ${row.value}`).join(", ");
  drawBars(get("layers-chart"), `Accumulated up to α by layer: ${totals}. The table beside has the parts for and against.`,
    rows, withMargin([...reach, explained.difference], 0.04),
    { dotted: soFar, dashed: explained.difference, text: `F(x) − F(x′) = ${signed(explained.difference)}` });
  const table = get("layers-table");
  fillTable(table.tBodies[0], layers.map(([label, sums]) =>
    [label, sums.slopes[k], sums.for[k], sums.against[k], sums.totals[k]].map((cell) => (cell === label ? cell : signed(cell)))), name);
  fillTable(table.tFoot, [["the score", signed(explained.slopes[k]), "", "", signed(soFar)]]);
  for (const place of document.querySelectorAll(".completeness")) place.textContent = percent(explained.layers[name].completenessError);
}

function showFilters({ explained, layer, k }) {
  const rows = layer.filters.map((one) => ({
    label: `filter ${one.filter}`, value: signed(one.upTo[k]),
    parts: [[one.upTo[k], last(one.upTo), one.upTo[k] < 0 ? "against" : "for", one.error]],
  }));
  drawBars(get("filters-chart"), "Accumulated up to α by the strongest filters; the table below has the numbers.",
    rows, withMargin(layer.filters.flatMap((one) => one.upTo), 0.04));
  fillTable(get("filters-table").tBodies[0], layer.filters.map((one) => [
    one.filter, signed(one.terms[k]), signed(one.upTo[k]), signed(last(one.upTo)), rough(one.error),
    percent(last(one.upTo) / explained.difference)]));
  get("filters-error").textContent = layer.relativeError === null ? "∞" : percent(layer.relativeError);
}

// The maps of one kind: "places", by position of the layer, or "pixels".
function showMaps(kind, { picture, layer, name }) {
  const seen = { ...picture, bytes: unpacked(picture.pixels, Uint8Array) };
  const maps = layer.filters.filter((one) => one[kind]).map((one) => ({ ...one, map: cellsOf(one[kind]) }));
  const strength = strengthOf(maps.map((one) => one.map));
  get(`${kind}-figure`).hidden = maps.length === 0;
  get(kind).replaceChildren(...maps.map((one) => {
    const figure = document.createElement("figure"), canvas = document.createElement("canvas"), caption = document.createElement("figcaption");
    const value = last(one.upTo), side = value > 0 ? "for" : "against";
    canvas.setAttribute("role", "img");
    drawMap(canvas, seen, one.map, strength, data.colours,
      `Map of filter ${one.filter} of ${name}: most of what it adds ${side} the score comes from the ${whereMost(one.map, Math.sign(value))}`);
    caption.append(...[`filter ${one.filter}`, signed(value)].map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    figure.append(canvas, caption);
    return figure;
  }));
  get(`${kind}-low`).textContent = `against, ${signed(-strength)}`;
  get(`${kind}-high`).textContent = `${signed(strength)}, for`;
  if (kind === "pixels" && maps.length) get("block").textContent = `${maps[0].map.block} × ${maps[0].map.block} pixels`;
}

function showAtAlpha() {
  const now = chosen();
  showPictures(now);
  showPath(now);
  showLayers(now);
  showFilters(now);
}

function showAll() {
  const now = chosen();
  for (const place of document.querySelectorAll(".layer-name")) place.textContent = now.name;
  get("answer").textContent = now.picture.about;
  showAtAlpha();
  for (const kind of ["places", "pixels"]) showMaps(kind, now);
}

function begin() {
  const { name, filters, sha256 } = data.network;
  fillPictures();
  fillClasses();
  fillLayers();
  const { alphas } = chosen().explained;
  pickers.alpha.max = alphas.length - 1;
  pickers.alpha.value = alphas.findIndex((alpha) => alpha >= 0.5); // in the middle, where x(α) is neither end
  for (const place of document.querySelectorAll(".rule")) place.textContent = data.rule;
  get("network").textContent = `${name}, ${filters} filters in ${data.layers.length} layers (SHA-256 of its file: ${sha256.slice(0, 12)}…)`;
  for (const one of [pickers.picture, pickers.class, pickers.layer]) one.parentElement.hidden = one.length < 2;
  pickers.picture.addEventListener("change", () => { fillClasses(); showAll(); });
  pickers.class.addEventListener("change", showAll);
  pickers.layer.addEventListener("change", showAll);
  pickers.alpha.addEventListener("input", showAtAlpha);
  addEventListener("resize", showAtAlpha);
  showAll();
}

begin();
