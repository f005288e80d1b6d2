"use strict";
// Numbers as text, and tables of them.

function minus(text) {
  return String(text).replace("-", "−");
}

// Four significant digits from 1 on, four decimals below; a dash where there is no number.
function number(value) {
  if (value === null) return "–";
  const text = value === 0 ? "0" : Math.abs(value) >= 1 ? value.toPrecision(4) : value.toFixed(4);
  return minus(text);
}

// Two significant digits: of an error no more are known.
function rough(value) {
  return value === null ? "∞" : String(Number(value.toPrecision(2)));
}

function signed(value) {
  return (value > 0 ? "+" : "") + number(value);
}

function percent(share) {
  if (share === null || !Number.isFinite(share)) return "–"; // infinite: F(x) − F(x′) is 0
  return minus(Math.abs(share) < 0.0005 ? "0.0" : (100 * share).toPrecision(3)) + "\u00a0%"; // a space that does not break
}

// Rows of a head and cells, all text; the row `chosen` stands out.
function fillTable(part, rows, chosen) {
  part.replaceChildren(...rows.map(([head, ...cells]) => {
    const row = document.createElement("tr"), first = document.createElement("th");
    first.scope = "row";
    first.textContent = head;
    row.append(first, ...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    if (head === chosen) row.className = "chosen";
    return row;
  }));
}

function fillSelect(select, texts) {
  select.replaceChildren(...texts.map((text, index) => new Option(text, index)));
}
