"use strict";
// Pictures and maps on canvases, from the bytes that the data hold.

const BLOCKS = 16; // a map is shown in 16 × 16 blocks, each the sum over its pixels: single pixels are hard to see

function unpacked(text, Kind) {
  return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function paint(canvas, side, colour, description) {
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d"), image = context.createImageData(side, side);
  for (let k = 0; k < side * side; k++) image.data.set([...colour(k), 255], 4 * k);
  context.putImageData(image, 0, 0);
  canvas.setAttribute("aria-label", description);
}

// x(α): the baseline is black, so every pixel is α times the picture's.
function drawPicture(canvas, pixels, side, alpha, description) {
  paint(canvas, side, (k) => [0, 1, 2].map((colour) => alpha * pixels[3 * k + colour]), description);
}

// The map's sums over blocks, in units of the score.
function blocksOf(map, side) {
  const values = unpacked(map.values, Int8Array), sums = new Array(BLOCKS * BLOCKS).fill(0), block = side / BLOCKS;
  values.forEach((value, k) => {
    const row = Math.floor(k / side / block), column = Math.floor((k % side) / block);
    sums[row * BLOCKS + column] += value * map.unit;
  });
  return sums;
}

// Where the colours of several maps end: 2 in 100 of their blocks lie beyond, and would leave the rest pale.
function strengthOf(maps) {
  const sizes = maps.flat().map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || 1;
}

// The blocks in colour over the greyed picture; full colour at ±strength.
function drawMap(canvas, pixels, side, blocks, strength, colours, description) {
  const block = side / BLOCKS, rgb = Object.fromEntries(Object.entries(colours).map(([kind, hex]) => [kind, channels(hex)]));
  paint(canvas, side, (k) => {
    const grey = 155 + ((pixels[3 * k] + pixels[3 * k + 1] + pixels[3 * k + 2]) / 3) * 0.39;
    const value = blocks[Math.floor(k / side / block) * BLOCKS + Math.floor((k % side) / block)];
    const cover = Math.min(1, Math.abs(value) / strength) ** 0.6;
    return rgb[value > 0 ? "for" : "against"].map((channel) => cover * channel + (1 - cover) * grey);
  }, description);
}

function channels(hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

// In words, where the largest share of a map lies, for people who do not see it.
function whereMost(blocks, sign) {
  const thirds = new Array(9).fill(0);
  blocks.forEach((value, k) => {
    const row = Math.floor((3 * Math.floor(k / BLOCKS)) / BLOCKS), column = Math.floor((3 * (k % BLOCKS)) / BLOCKS);
    if (value * sign > 0) thirds[3 * row + column] += Math.abs(value);
  });
  const most = thirds.indexOf(Math.max(...thirds));
  return `${["top", "middle", "bottom"][Math.floor(most / 3)]} ${["left", "centre", "right"][most % 3]}`;
}
