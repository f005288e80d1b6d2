"use strict";
// Left the source with the line that runs, right the arrays of the step and its formula.

const get = (id) => document.getElementById(id);
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function showSource(step) {
  const [place, line] = step.at,
    file = data.files[place];
  get("file").textContent = `${file.name}, line ${line}`;
  fillCode(get("code"), file.parts, (one) => one === line);
  const method =
    step.method === undefined || step.method === null ? null : data.methods[step.method];
  get("method-name").textContent = method ? `The engine: ${method.name}` : "";
  get("method-file").textContent = method
    ? `${method.file}, line ${method.first}` +
      (method.name.endsWith("_plain")
        ? ": the sum as one reads it; several points at a time it is computed the same"
        : "")
    : "";
  get("method").hidden = !method;
  if (!method) return;
  const told = step.told || "return ";
  const ends = method.lines.filter((text) => text.includes(told)).length === 1; // of several it is not known which ran
  fillCode(
    get("method"),
    [method],
    (one) => ends && method.lines[one - method.first].includes(told),
  );
}

function fillCode(pre, parts, isNow) {
  const lines = [];
  parts.forEach((part, k) => {
    if (k) lines.push(make("span", { className: "gap", textContent: "⋮" }));
    part.lines.forEach((text, row) => {
      const now = isNow(part.first + row);
      const line = make(
        "span",
        { className: now ? "now" : "" },
        make("i", { textContent: part.first + row }),
        text || " ",
      );
      if (now) line.setAttribute("aria-current", "step");
      lines.push(line);
    });
  });
  if (!parts.length)
    lines.push(make("span", { textContent: "The source of this file is not at hand." }));
  pre.replaceChildren(...lines);
  const now = pre.querySelector(".now");
  if (now) pre.scrollTop = now.offsetTop - pre.offsetTop - pre.clientHeight / 2;
  else pre.scrollTop = 0;
  pre.scrollLeft = 0;
}

const TITLES = {
  forward: (name) => `Forward: ${name}`,
  tangent: (name) => `Tangent: ${name}`,
  backward: (name) => `Backward: ${name}`,
  name: () => "A name",
  product: (name) => `Product: ${name}`,
};

function explained(step) {
  const out = step.output && wordFor(step.output);
  if (step.kind === "forward")
    return `Computes ${out === "out" ? "a new tensor" : out} from ${listed(step.inputs.map(wordFor))}.`;
  if (step.kind === "tangent")
    return `How fast does ${out === "out" ? "what comes out" : out} move, if ${listed(step.inputs.filter((one) => one.tangent !== null).map(wordFor))} ${step.inputs.filter((one) => one.tangent !== null).length > 1 ? "move" : "moves"}? The tangent goes with the values.`;
  if (step.kind === "backward" && step.begins)
    return `The sweep begins here: what comes out of this operation is F itself, so it is told ∂F/∂F = 1, or what backward was given.`;
  if (step.kind === "backward")
    return `The operation is told ∂F/∂${out} and answers for each input that asks. Contributions to one tensor add up.`;
  if (step.kind === "name")
    return `From here on this tensor is the layer ${step.output ? `“${out}”` : "of that name"}.`;
  if (step.final)
    return "The integral is complete. Times the whole way x − x′ it is the integrated gradient of each input.";
  if (step.dy === undefined)
    return "The walk along the path takes in one more point: weight times what was found there.";
  if (step.difference)
    return `What F gains per unit of ${step.name}, the mean at this point and the one before, times how far ${step.name} moved between them, Δ: that is added to the conductance of each unit.`;
  return `What F gains per unit of ${step.name}, times how fast ${step.name} moves, times the weight of the point: that is added to the conductance of each unit.`;
}

function listed(words) {
  return words.length > 1
    ? `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`
    : words.join("");
}

// The arrays that come out of a step: {what, tensor, array, rule, letter}; the formula is theirs.
function comesOut(step) {
  if (step.kind === "forward")
    return [{ array: step.output.value, left: wordFor(step.output), rule: step.rules[0] }];
  if (step.kind === "tangent")
    return [
      { array: step.output.tangent, left: `d${wordFor(step.output)}/dα`, rule: step.rules[0] },
    ];
  if (step.kind !== "backward") return [];
  return step.inputs
    .map((input, k) => ({
      array: input.given,
      left: `∂F/∂${wordFor(input)}`,
      rule: step.rules[k],
      input,
    }))
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
    const shape = data.arrays[array].shape,
      text = ruleText(step, rule, shape),
      place = entryOf(data.arrays[array], picked);
    const symbols = make("p", {
      className: "formula",
      textContent: rule.words ? `${left}: ${text.symbols}` : `${left} = ${text.symbols}`,
    });
    if (hidden || !text.numbers || !data.arrays[array].values || !data.arrays[array].values.length)
      return [symbols];
    const index = indexOf(place, shape),
      result = number(data.arrays[array].values[place]);
    const filled = make(
      "p",
      { className: "formula filled" },
      `${withIndex(left, index)} = `,
      filledText(text.numbers(index), result),
      make("b", { textContent: result }),
    );
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
    if (step.kind === "tangent")
      add(
        "tangent",
        `d${wordFor(tensor)}/dα`,
        tensor.tangent,
        tensor.tangent === null ? "does not move" : "",
        false,
      );
  }
  if (step.output) {
    const out = step.output,
      forward = step.kind === "forward";
    add(
      "value",
      out.label ? `${out.label} (out)` : "out",
      out.value,
      "result",
      forward,
      forward && hidden,
    );
    if (step.kind === "tangent")
      add("tangent", `d${wordFor(out)}/dα`, out.tangent, "", true, hidden);
    if (step.kind === "backward")
      add("gradient", `∂F/∂${wordFor(out)}`, out.grad, "what the operation is told");
  }
  if (step.kind === "backward") {
    for (const input of step.inputs) {
      if (input.given === null) continue;
      add(
        "gradient",
        `∂F/∂${wordFor(input)}: contribution`,
        input.given,
        "from this step",
        true,
        hidden,
      );
      const alone = input.sum === input.given;
      if (!alone || hidden)
        add(
          "gradient",
          `∂F/∂${wordFor(input)}: sum so far`,
          input.sum,
          "of all contributions",
          true,
          hidden,
        );
      else
        shown[shown.length - 1].append(
          make("p", { className: "note", textContent: "The first: the sum so far is the same." }),
        );
    }
  }
  get("arrays").replaceChildren(...shown.filter(Boolean));
}

function roleOf(tensor) {
  return {
    leaf: "leaf",
    parameter: "parameter",
    constant: "constant: asks for no gradient",
    result: "result",
  }[tensor.role];
}
