"use strict";
// Left the source with the line that runs, right the arrays of the step and its formula.

const get = (id) => document.getElementById(id);
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function showSource(step) {
  const [place, line] = step.at, file = data.files[place];
  get("file").textContent = `${file.name}, line ${line}`;
  fillCode(get("code"), file.parts, (one) => one === line);
  const method = step.method === undefined || step.method === null ? null : data.methods[step.method];
  get("method-name").textContent = method ? `The engine: ${method.name}` : "";
  get("method-file").textContent = method ? `${method.file}, line ${method.first}` +
    (method.name.endsWith("_plain") ? ": the sum as one reads it; several points at a time it is computed the same" : "") : "";
  get("method").hidden = !method;
  if (!method) return;
  const told = step.told || "return ";
  const ends = method.lines.filter((text) => text.includes(told)).length === 1; // of several it is not known which ran
  fillCode(get("method"), [method], (one) => ends && method.lines[one - method.first].includes(told));
}

function fillCode(pre, parts, isNow) {
  const lines = [];
  parts.forEach((part, k) => {
    if (k) lines.push(make("span", { className: "gap", textContent: "⋮" }));
    part.lines.forEach((text, row) => {
      const now = isNow(part.first + row);
      const line = make("span", { className: now ? "now" : "" }, make("i", { textContent: part.first + row }), text || " ");
      if (now) line.setAttribute("aria-current", "step");
      lines.push(line);
    });
  });
  if (!parts.length) lines.push(make("span", { textContent: "The source of this file is not at hand." }));
  pre.replaceChildren(...lines);
  const now = pre.querySelector(".now");
  if (now) pre.scrollTop = now.offsetTop - pre.offsetTop - pre.clientHeight / 2;
  else pre.scrollTop = 0;
  pre.scrollLeft = 0;
}

const TITLES = {
  forward: (name) => `Forward: ${name}`, tangent: (name) => `Tangent: ${name}`,
  backward: (name) => `Backward: ${name}`, name: () => "A name", product: (name) => `Product: ${name}`,
};

function explained(step) {
  const out = step.output && wordFor(step.output);
  if (step.kind === "forward") return `Computes ${out === "out" ? "a new tensor" : out} from ${listed(step.inputs.map(wordFor))}.`;
  if (step.kind === "tangent") return `How fast does ${out === "out" ? "what comes out" : out} move, if ${listed(step.inputs.filter((one) => one.tangent !== null).map(wordFor))} ${step.inputs.filter((one) => one.tangent !== null).length > 1 ? "move" : "moves"}? The tangent goes with the values.`;
  if (step.kind === "backward" && step.begins) return `The sweep begins here: what comes out of this operation is F itself, so it is told ∂F/∂F = 1, or what backward was given.`;
  if (step.kind === "backward") return `The operation is told ∂F/∂${out} and answers for each input that asks. Contributions to one tensor add up.`;
  if (step.kind === "name") return `From here on this tensor is the layer ${step.output ? `“${out}”` : "of that name"}.`;
  if (step.final) return "The integral is complete. Times the whole way x − x′ it is the integrated gradient of each input.";
  if (step.dy === undefined) return "The walk along the path takes in one more point: weight times what was found there.";
  return `What F gains per unit of ${step.name}, times how fast ${step.name} moves, times the weight of the point: that is added to the conductance of each unit.`;
}

function listed(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}` : words.join("");
}

// The arrays that come out of a step: {what, tensor, array, rule, letter}; the formula is theirs.
function comesOut(step) {
  if (step.kind === "forward") return [{ array: step.output.value, left: wordFor(step.output), rule: step.rules[0] }];
  if (step.kind === "tangent") return [{ array: step.output.tangent, left: `d${wordFor(step.output)}/dα`, rule: step.rules[0] }];
  if (step.kind !== "backward") return [];
  return step.inputs.map((input, k) => ({ array: input.given, left: `∂F/∂${wordFor(input)}`, rule: step.rules[k], input }))
    .filter((one) => one.array !== null);
}

// The entry whose formula is filled: what the reader picked, else the first that is not 0.
function entryOf(array, picked) {
  const size = sizeOf(array.shape);
  if (picked !== undefined && picked < size) return picked;
  const first = array.values ? array.values.findIndex((value) => value !== 0) : -1;
  return Math.max(first, 0);
}

function withIndex(left, index) {
  return index.length ? `${left}[${index.join(", ")}]` : left;
}

function showRules(step, hidden, picked) {
  const rules = comesOut(step).map(({ array, left, rule }) => {
    const shape = data.arrays[array].shape, text = ruleText(step, rule, shape), place = entryOf(data.arrays[array], picked);
    const symbols = make("p", { className: "formula", textContent: rule.words ? `${left}: ${text.symbols}` : `${left} = ${text.symbols}` });
    if (hidden || !text.numbers || !data.arrays[array].values || !data.arrays[array].values.length) return [symbols];
    const index = indexOf(place, shape), result = number(data.arrays[array].values[place]);
    const filled = make("p", { className: "formula filled" }, `${withIndex(left, index)} = `, filledText(text.numbers(index), result), make("b", { textContent: result }));
    return [symbols, filled];
  });
  get("rules").replaceChildren(...rules.flat());
}

const filledText = (numbers, result) => (numbers === result ? "" : `${numbers} = `);

function showArrays(step, hidden, picked, pick) {
  const shown = [];
  const add = (kind, title, place, words, isNew = false, covered = false) =>
    shown.push(arrayPanel(kind, title, place, words, isNew, covered, picked, pick));
  for (const tensor of step.inputs || []) {
    add("value", wordFor(tensor), tensor.value, roleOf(tensor));
    if (step.kind === "tangent") add("tangent", `d${wordFor(tensor)}/dα`, tensor.tangent, tensor.tangent === null ? "does not move" : "", false);
  }
  if (step.output) {
    const out = step.output, forward = step.kind === "forward";
    add("value", out.label ? `${out.label} (out)` : "out", out.value, "result", forward, forward && hidden);
    if (step.kind === "tangent") add("tangent", `d${wordFor(out)}/dα`, out.tangent, "", true, hidden);
    if (step.kind === "backward") add("gradient", `∂F/∂${wordFor(out)}`, out.grad, "what the operation is told");
  }
  if (step.kind === "backward") {
    for (const input of step.inputs) {
      if (input.given === null) continue;
      add("gradient", `∂F/∂${wordFor(input)}: contribution`, input.given, "from this step", true, hidden);
      const alone = input.sum === input.given;
      if (!alone || hidden) add("gradient", `∂F/∂${wordFor(input)}: sum so far`, input.sum, "of all contributions", true, hidden);
      else shown[shown.length - 1].append(make("p", { className: "note", textContent: "The first: the sum so far is the same." }));
    }
  }
  get("arrays").replaceChildren(...shown.filter(Boolean));
}

function roleOf(tensor) {
  return { leaf: "leaf", parameter: "parameter", constant: "constant: asks for no gradient", result: "result" }[tensor.role];
}

function arrayPanel(kind, title, place, words, isNew, hidden, picked, pick) {
  if (place === null || place === undefined) return words ? make("p", { className: "note", textContent: `${title}: ${words}` }) : null;
  const array = data.arrays[place], shape = array.shape.length ? `(${array.shape.join(", ")}${array.shape.length === 1 ? "," : ""})` : "one number";
  const panel = make("div", { className: `array ${kind}${isNew ? " new" : ""}` },
    make("h3", { textContent: title }), make("p", { className: "note", textContent: [words, shape, array.dtype].filter(Boolean).join(" · ") }));
  const columns = array.shape[array.shape.length - 1] || 1;
  if (!array.values || columns > 3) panel.classList.add("wide");
  if (hidden) panel.append(make("p", { textContent: "?" }));
  else if (array.values) panel.append(numbersTable(array, title, isNew ? entryOf(array, picked) : null, pick));
  else panel.append(...largeArray(array, title));
  return panel;
}

function numbersTable(array, title, chosen, pick) {
  if (!array.values.length) return make("p", { textContent: "no entries" });
  const columns = array.shape.length ? array.shape[array.shape.length - 1] : 1, table = make("table", { className: "numbers" });
  const wrapped = make("div", { className: "table" }, table);
  for (let row = 0; row < array.values.length / columns; row++) {
    const line = table.insertRow();
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column, text = number(array.values[place]), cell = line.insertCell();
      if (chosen === null) cell.append(make("span", { textContent: text, style: "padding: 0.1rem 0.5rem" }));
      else {
        const button = make("button", { type: "button", textContent: text, className: place === chosen ? "chosen" : "", onclick: () => pick(place) });
        button.setAttribute("aria-label", `${withIndex(title, indexOf(place, array.shape))}: ${text}. Show its formula`);
        button.dataset.place = place;
        cell.append(button);
      }
    }
  }
  return wrapped;
}

function largeArray(array, title) {
  const parts = [make("p", { className: "note", textContent: `${array.low === array.high ? "all" : "from"} ${number(array.low)} ${array.low === array.high ? "" : `to ${number(array.high)}`}, norm ${number(array.norm)}; begins ${array.first.slice(0, 4).map(number).join(", ")}, …` })];
  if (!array.picture) return parts;
  const canvas = make("canvas", {}), [rows, columns] = array.size;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Picture of ${title}: ${rows} rows and ${columns} columns, from ${number(array.low)} to ${number(array.high)}`);
  paint(canvas, array);
  if (rows > 1.5 * columns) { // a tall one is pressed together, so that it stays on a screen
    canvas.style.height = "13rem";
    canvas.style.width = `${Math.max(3, Math.min(13, (26 * columns) / rows))}rem`;
  } else canvas.style.aspectRatio = `${columns} / ${Math.max(rows, columns / 12)}`;
  parts.push(canvas, make("p", { className: "note", textContent: `${array.where ? `${array.where}; ` : ""}full colour is ±${number(127 * array.unit)}` }));
  return parts;
}

// White is 0, blue above, red below; grey what is not finite.
function paint(canvas, array) {
  const [rows, columns] = array.size, bytes = Uint8Array.from(atob(array.picture), (letter) => letter.charCodeAt(0));
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
  const ends = { for: channels(data.colours.for), against: channels(data.colours.against) };
  new Int8Array(bytes.buffer).forEach((value, k) => {
    const share = Math.abs(value) / 127, end = ends[value > 0 ? "for" : "against"];
    const colour = value === -128 ? [128, 128, 128] : end.map((channel) => 255 + share * (channel - 255));
    image.data.set([...colour, 255], 4 * k);
  });
  context.putImageData(image, 0, 0);
}

function channels(hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}
