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

const last = (list) => list[list.length - 1];

function fillPictures() {
  fillSelect(pickers.picture, data.pictures.map((picture) => `a ${picture.name} (background: ${picture.background})`));
}

function fillClasses() {
  const picture = data.pictures[Number(pickers.picture.value)];
  fillSelect(pickers.class, picture.classes.map((one) =>
    `${one.name}: ${number(last(one.scores))} (${one.role})`));
}

function fillLayers() {
  const shapes = data.pictures[0].classes[0].layers;
  fillSelect(pickers.layer, data.layers.map((name) => {
    const [rows, columns, filters] = shapes[name].shape;
    return `${name} (${rows} × ${columns} cells, ${filters} filters)`;
  }));
}

function showAnswer({ picture }) {
  const shares = picture.classes.map((one) => `${one.name} ${percent(one.probability)}`).join(", ");
  const answer = picture.answer === picture.name ? "so the network is right" : `so the network takes it for a ${picture.answer}`;
  get("answer").textContent = `Drawn: a ${picture.name} (seed ${picture.seed}). Probabilities: ${shares}; ${answer}.`;
}

function showPictures({ picture, k }) {
  const pixels = unpacked(picture.pixels, Uint8Array), alpha = data.alphas[k];
  drawPicture(get("picture-start"), pixels, data.side, 0, "The baseline: a black picture");
  drawPicture(get("picture-here"), pixels, data.side, alpha, `The picture at ${percent(alpha)} of its brightness`);
  drawPicture(get("picture-end"), pixels, data.side, 1, `The picture: a drawn ${picture.name}, background ${picture.background}`);
}

function showPath({ explained, name, layer, k }) {
  const { scores, slopes } = explained, alpha = data.alphas[k];
  get("alpha-value").textContent = `α = ${alpha.toFixed(4)}`;
  pickers.alpha.setAttribute("aria-valuetext", `α = ${alpha.toFixed(4)}, F = ${number(scores[k])}, slope ${number(slopes[k])}`);
  get("score").textContent = signed(scores[k]);
  get("slope").textContent = signed(slopes[k]);
  get("so-far").textContent = signed(scores[k] - scores[0]);
  get("tie-note").hidden = k > 0;
  get("difference").textContent = signed(explained.difference);
  const goes = `from ${number(scores[0])} at α = 0 to ${number(last(scores))} at α = 1`;
  const largest = slopes.indexOf(Math.max(...slopes));
  drawCurve(get("score-chart"), `F along the path, ${goes}; here ${number(scores[k])}`, data.alphas, scores, k, { slope: slopes[k] });
  drawCurve(get("slope-chart"),
    `dF/dα along the path, largest (${number(slopes[largest])}) at α = ${data.alphas[largest]}; here ${number(slopes[k])}. The sums over ${name} lie on it.`,
    data.alphas, slopes, k, { area: true, rings: layer.slopes });
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
  get("completeness").textContent = percent(explained.layers[name].completenessError);
}

function showFilters({ explained, layer, k }) {
  const rows = layer.filters.map((one) => ({
    label: `filter ${one.filter}`, value: signed(one.upTo[k]),
    parts: [[one.upTo[k], last(one.upTo), one.upTo[k] < 0 ? "against" : "for"]],
  }));
  drawBars(get("filters-chart"), "Accumulated up to α by the strongest filters; the table below has the numbers.",
    rows, withMargin(layer.filters.flatMap((one) => one.upTo), 0.04));
  fillTable(get("filters-table").tBodies[0], layer.filters.map((one) => [
    one.filter, signed(one.terms[k]), signed(one.upTo[k]), signed(last(one.upTo)), rough(one.error),
    percent(last(one.upTo) / explained.difference)]));
  get("filters-error").textContent = percent(layer.relativeError);
}

function showMaps({ picture, layer, name }) {
  const pixels = unpacked(picture.pixels, Uint8Array);
  const maps = layer.filters.filter((one) => one.map).map((one) => ({ ...one, blocks: blocksOf(one.map, data.side) }));
  const strength = strengthOf(maps.map((one) => one.blocks));
  get("maps").replaceChildren(...maps.map((one) => {
    const figure = document.createElement("figure"), canvas = document.createElement("canvas"), caption = document.createElement("figcaption");
    const value = last(one.upTo), side = value > 0 ? "for" : "against";
    canvas.setAttribute("role", "img");
    drawMap(canvas, pixels, data.side, one.blocks, strength, data.colours,
      `Map of filter ${one.filter} of ${name}: most of what it adds ${side} the score comes from the ${whereMost(one.blocks, Math.sign(value))}`);
    caption.append(...[`filter ${one.filter}`, signed(value)].map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    figure.append(canvas, caption);
    return figure;
  }));
  get("legend-low").textContent = `against, ${signed(-strength)}`;
  get("legend-high").textContent = `${signed(strength)}, for`;
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
  showAnswer(now);
  showAtAlpha();
  showMaps(now);
}

function begin() {
  const points = data.alphas.length, { name, filters, sha256 } = data.network, block = data.side / BLOCKS;
  fillPictures();
  fillClasses();
  fillLayers();
  pickers.alpha.max = points - 1;
  pickers.alpha.value = points >> 1; // in the middle, where x(α) is neither end
  get("rule").textContent = `the ${data.rule} rule with ${points} points`;
  get("network").textContent = `${name}, ${filters} filters in ${data.layers.length} layers (SHA-256 of its weights: ${sha256.slice(0, 12)}…)`;
  get("block").textContent = `${block} × ${block}`;
  pickers.picture.addEventListener("change", () => { fillClasses(); showAll(); });
  pickers.class.addEventListener("change", showAll);
  pickers.layer.addEventListener("change", showAll);
  pickers.alpha.addEventListener("input", showAtAlpha);
  addEventListener("resize", showAtAlpha);
  showAll();
}

begin();
