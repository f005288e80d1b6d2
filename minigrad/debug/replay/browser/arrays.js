"use strict";
// An array as numbers where it is small, and as a picture of one slice where it is not.

function arrayPanel(kind, title, place, words, isNew, hidden, picked, pick) {
  if (place === null || place === undefined)
    return words ? make("p", { className: "note", textContent: `${title}: ${words}` }) : null;
  const array = data.arrays[place],
    shape = array.shape.length
      ? `(${array.shape.join(", ")}${array.shape.length === 1 ? "," : ""})`
      : "one number";
  const panel = make(
    "div",
    { className: `array ${kind}${isNew ? " new" : ""}` },
    make("h3", { textContent: title }),
    make("p", {
      className: "note",
      textContent: [words, shape, array.dtype].filter(Boolean).join(" · "),
    }),
  );
  const columns = array.shape[array.shape.length - 1] || 1;
  if (!array.values || columns > 3) panel.classList.add("wide");
  if (hidden) panel.append(make("p", { textContent: "?" }));
  else if (array.values)
    panel.append(numbersTable(array, title, isNew ? entryOf(array, picked) : null, pick));
  else panel.append(...largeArray(array, title));
  return panel;
}

function numbersTable(array, title, chosen, pick) {
  if (!array.values.length) return make("p", { textContent: "no entries" });
  const columns = array.shape.length ? array.shape[array.shape.length - 1] : 1,
    table = make("table", { className: "numbers" });
  const wrapped = make("div", { className: "table" }, table);
  if (columns > 1) {
    // it may be wider than its place: the keyboard must reach what is beyond
    wrapped.tabIndex = 0;
    wrapped.setAttribute("role", "group");
    wrapped.setAttribute("aria-label", title);
  }
  for (let row = 0; row < array.values.length / columns; row++) {
    const line = table.insertRow();
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column,
        text = number(array.values[place]),
        cell = line.insertCell();
      if (chosen === null)
        cell.append(make("span", { textContent: text, style: "padding: 0.1rem 0.5rem" }));
      else {
        const button = make("button", {
          type: "button",
          textContent: text,
          className: place === chosen ? "chosen" : "",
          onclick: () => pick(place),
        });
        button.setAttribute(
          "aria-label",
          `${withIndex(title, indexOf(place, array.shape))}: ${text}. Show its formula`,
        );
        button.dataset.place = place;
        cell.append(button);
      }
    }
  }
  return wrapped;
}

function largeArray(array, title) {
  const parts = [
    make("p", {
      className: "note",
      textContent: `${array.low === array.high ? "all" : "from"} ${number(array.low)} ${array.low === array.high ? "" : `to ${number(array.high)}`}, norm ${number(array.norm)}; begins ${array.first.slice(0, 4).map(number).join(", ")}, …`,
    }),
  ];
  if (!array.picture) return parts;
  const canvas = make("canvas", {}),
    [rows, columns] = array.size;
  canvas.setAttribute("role", "img");
  canvas.setAttribute(
    "aria-label",
    `Picture of ${title}: ${rows} rows and ${columns} columns, from ${number(array.low)} to ${number(array.high)}`,
  );
  paint(canvas, array);
  if (rows > 1.5 * columns) {
    // a tall one is pressed together, so that it stays on a screen
    canvas.style.height = "13rem";
    canvas.style.width = `${Math.max(3, Math.min(13, (26 * columns) / rows))}rem`;
  } else canvas.style.aspectRatio = `${columns} / ${Math.max(rows, columns / 12)}`;
  parts.push(
    canvas,
    make("p", {
      className: "note",
      textContent: `${array.where ? `${array.where}; ` : ""}full colour is ±${number(127 * array.unit)}`,
    }),
  );
  return parts;
}

// White is 0, blue above, red below; grey what is not finite.
function paint(canvas, array) {
  const [rows, columns] = array.size,
    bytes = Uint8Array.from(atob(array.picture), (letter) => letter.charCodeAt(0));
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d"),
    image = context.createImageData(columns, rows);
  const ends = { for: channels(data.colours.for), against: channels(data.colours.against) };
  new Int8Array(bytes.buffer).forEach((value, k) => {
    const share = Math.abs(value) / 127,
      end = ends[value > 0 ? "for" : "against"];
    const colour =
      value === -128 ? [128, 128, 128] : end.map((channel) => 255 + share * (channel - 255));
    image.data.set([...colour, 255], 4 * k);
  });
  context.putImageData(image, 0, 0);
}

function channels(hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}
