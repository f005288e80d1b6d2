"use strict";
// Numbers as text, arrays by index, and the formula of one entry with its numbers put in.

function minus(text) {
  return String(text).replace(/-/g, "−");
}

// Four significant digits; a word, such as NaN, stays what it is.
function number(value) {
  if (typeof value === "string") return minus(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return minus(value);
  return minus(Number(value.toPrecision(4)));
}

const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

// The index of the entry that stands at a place, rows first; and back.
function indexOf(place, shape) {
  const index = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(place % shape[axis]);
    place = Math.floor(place / shape[axis]);
  }
  return index;
}

function placeOf(index, shape) {
  return shape.reduce((place, length, axis) => place * length + index[axis], 0);
}

// The place of an entry in an array that was broadcast: axes of length 1 have only one.
function broadcastPlace(index, shape) {
  const own = index.slice(index.length - shape.length);
  return placeOf(
    own.map((one, axis) => (shape[axis] === 1 ? 0 : one)),
    shape,
  );
}

const SUBSCRIPTS = { i: "ᵢ", j: "ⱼ", k: "ₖ", l: "ₗ", m: "ₘ", n: "ₙ", p: "ₚ", q: "_q" };
const SIGNS = {
  "*": " · ",
  "/": " / ",
  "+": " + ",
  "-": " − ",
  "**": "^",
  ">": " > ",
  "<": " < ",
  ">=": " ≥ ",
  "<=": " ≤ ",
  ",": ", ",
};
const FUNCTIONS = ["exp", "log", "sqrt", "tanh", "max", "min", "abs", "sign"];

// An expression's tokens, each name replaced by word(name).
function spelled(expression, word) {
  const tokens = expression.match(/[a-z]\w*|\d+|\*\*|[<>]=?|[-+*/(),]/g);
  let text = "",
    open = [];
  tokens.forEach((token, k) => {
    const before = tokens[k - 1];
    if (token === "(") {
      let depth = 1,
        end = k + 1,
        compares = false;
      for (; depth; end++) {
        if (tokens[end] === "(") depth++;
        if (tokens[end] === ")") depth--;
        if (depth === 1 && /[<>]/.test(tokens[end])) compares = true;
      }
      open.push(compares && !FUNCTIONS.includes(before) ? "]" : ")");
      text += open[open.length - 1] === "]" ? "[" : "(";
    } else if (token === ")") text += open.pop();
    else if (token === "-" && (k === 0 || "(,".includes(before))) text += "−";
    else if (SIGNS[token]) text += SIGNS[token];
    else if (FUNCTIONS.includes(token) || /\d/.test(token)) text += token;
    else text += bracketed(word(token), before, tokens[k + 1]);
  });
  return text;
}

// A negative number beside another sign stands in brackets.
function bracketed(text, before, after) {
  return text.startsWith("−") && ((before && before !== "(" && before !== ",") || after === "**")
    ? `(${text})`
    : text;
}

// What an expression's name is in this step: {array, shape}, and how it is written.
function operand(step, name) {
  if (name === "g")
    return { array: data.arrays[step.output.grad], text: `∂F/∂${wordFor(step.output)}` };
  if (name === "out") return { array: data.arrays[step.output.value], text: wordFor(step.output) };
  const input = step.inputs.find((one) => one.argument === name);
  if (input) return { array: data.arrays[input.value], text: wordFor(input) };
  const moved = step.inputs.find((one) => `d${one.argument}` === name);
  const zeros = { shape: data.arrays[moved.value].shape, values: null, zero: true };
  return {
    array: moved.tangent === null ? zeros : data.arrays[moved.tangent],
    text: `d${wordFor(moved)}/dα`,
  };
}

function wordFor(tensor) {
  return tensor.label || tensor.argument;
}

function valueAt(array, place) {
  if (array.zero) return 0;
  return array.values ? array.values[place] : undefined;
}

// One rule as text: {symbols, numbers(index) or null if the arrays are too large}.
function ruleText(step, rule, shape) {
  if (rule.words) return { symbols: rule.words, numbers: null };
  if (rule.entry) {
    const names = rule.entry.match(/[a-z]\w*/g).filter((name) => !FUNCTIONS.includes(name));
    const small = names.every((name) => {
      const { array } = operand(step, name);
      return array.values || array.zero;
    });
    const symbols = spelled(rule.entry, (name) => operand(step, name).text),
      copied = sizeOf(data.arrays[step.output.value].shape) > sizeOf(shape);
    return {
      // of what was broadcast every place where it was used contributes
      symbols: copied ? `Σ ${/ [+−] /.test(symbols) ? `(${symbols})` : symbols}, over the places it was copied to` : symbols,
      numbers: small ? (index) => entryNumbers(step, rule.entry, index, shape) : null,
    };
  }
  return sumText(step, rule, shape);
}

function entryNumbers(step, expression, index, shape) {
  const whole = data.arrays[step.output.value].shape;
  const at = (place) =>
    spelled(expression, (name) => {
      const { array } = operand(step, name);
      return number(valueAt(array, broadcastPlace(place, array.shape)));
    });
  if (shape.length === whole.length && shape.every((length, axis) => length === whole[axis]))
    return at(index);
  const copies = []; // of an entry that was broadcast: one for each place where it was used
  for (let place = 0; place < sizeOf(whole); place++) {
    const one = indexOf(place, whole);
    if (broadcastPlace(one, shape) === placeOf(index, shape)) copies.push(at(one));
  }
  return shortened(copies);
}

function shortened(terms) {
  const shown = terms.length > 6 ? [...terms.slice(0, 5), "…"] : terms;
  return shown.length ? shown.join(" + ").replace(/\+ −/g, "− ") : "0";
}

// A sum of products, in the letters of einsum.
function sumText(step, rule, shape) {
  const letters = (text, array) =>
    Object.fromEntries([...text].map((letter, axis) => [letter, array.shape[axis]]));
  const parts = rule.sum.map(([subscripts, names]) => {
    const [into, result] = subscripts.split("->"),
      operands = names.map((name) => operand(step, name));
    const own = into.split(","),
      sizes = Object.assign({}, ...own.map((text, k) => letters(text, operands[k].array)));
    const summed = [...new Set(own.join(""))].filter((letter) => !result.includes(letter));
    const symbols = operands
      .map(({ text }, k) => (own[k] ? `${text}[${[...own[k]].join(",")}]` : text))
      .join(" · ");
    return { own, result, operands, sizes, summed, symbols };
  });
  const symbols = parts
    .map(
      ({ summed, sizes, symbols: text }) =>
        (summed.some((letter) => sizes[letter] !== 1)
          ? `Σ${summed
              .filter((letter) => sizes[letter] !== 1)
              .map((letter) => SUBSCRIPTS[letter] || letter)
              .join("")} `
          : "") + text,
    )
    .join(" + ");
  const small = parts.every(({ operands }) =>
    operands.every(({ array }) => array.values || array.zero),
  );
  const scaled = (text) => (rule.scale === 1 ? text : `(${text}) / ${number(1 / rule.scale)}`);
  return {
    symbols: scaled(symbols || "0"),
    numbers: small
      ? (index) => scaled(shortened(parts.flatMap((part) => termsAt(part, index))))
      : null,
  };
}

function termsAt({ own, result, operands, sizes, summed }, index) {
  const fixed = Object.fromEntries([...result].map((letter, axis) => [letter, index[axis]]));
  const lengths = summed.map((letter) => sizes[letter]),
    terms = [];
  for (let place = 0; place < sizeOf(lengths); place++) {
    const running = indexOf(place, lengths);
    const at = { ...fixed, ...Object.fromEntries(summed.map((letter, k) => [letter, running[k]])) };
    terms.push(
      operands
        .map(({ array }, k) => {
          const text = number(
            valueAt(
              array,
              placeOf(
                [...own[k]].map((letter) => at[letter]),
                array.shape,
              ),
            ),
          );
          return k ? bracketed(text, "*") : text;
        })
        .join(" · "),
    );
  }
  return terms;
}
