"use strict";
// Pictures and maps on canvases, from the bytes that the data hold.

function unpacked(text, Kind) {
  return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function paint(canvas, { width, height }, colour, description) {
  canvas.width = width;
  canvas.height = height;
  canvas.style.aspectRatio = `${width} / ${height}`;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let k = 0; k < width * height; k++) image.data.set([...colour(k), 255], 4 * k);
  context.putImageData(image, 0, 0);
  canvas.setAttribute("aria-label", description);
}

// x(α): the baseline is black, so every pixel is α times the picture's.
function drawPicture(canvas, picture, alpha, description) {
  paint(canvas, picture, (k) => [0, 1, 2].map((colour) => alpha * picture.bytes[3 * k + colour]), description);
}

// The map's cells, in units of the score.
function cellsOf(map) {
  return { ...map, cells: Array.from(unpacked(map.values, Int8Array), (value) => value * map.unit) };
}

// Where the colours of several maps end: 2 in 100 of their cells lie beyond, and would leave the rest pale.
function strengthOf(maps) {
  const sizes = maps.flatMap((map) => map.cells).map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || sizes[sizes.length - 1] || 1;
}

// The cells in colour over the greyed picture; full colour at ±strength.
function drawMap(canvas, picture, map, strength, colours, description) {
  const rgb = Object.fromEntries(Object.entries(colours).map(([kind, hex]) => [kind, channels(hex)]));
  const across = map.width / picture.width / map.block, down = map.height / picture.height / map.block; // cells a pixel
  paint(canvas, picture, (k) => {
    const grey = 155 + ((picture.bytes[3 * k] + picture.bytes[3 * k + 1] + picture.bytes[3 * k + 2]) / 3) * 0.39;
    const row = Math.floor(Math.floor(k / picture.width) * down), column = Math.floor((k % picture.width) * across);
    const value = map.cells[row * map.columns + column];
    const cover = Math.min(1, Math.abs(value) / strength) ** 0.6;
    return rgb[value > 0 ? "for" : "against"].map((channel) => cover * channel + (1 - cover) * grey);
  }, description);
}

function channels(hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

// In words, where the largest share of a map lies, for people who do not see it.
function whereMost({ rows, columns, cells }, sign) {
  const thirds = new Array(9).fill(0);
  cells.forEach((value, k) => {
    const row = Math.floor((3 * Math.floor(k / columns)) / rows), column = Math.floor((3 * (k % columns)) / columns);
    if (value * sign > 0) thirds[3 * row + column] += Math.abs(value);
  });
  const most = thirds.indexOf(Math.max(...thirds));
  return `${["top", "middle", "bottom"][Math.floor(most / 3)]} ${["left", "centre", "right"][most % 3]}`;
}
