// Draws the icons: a ring, as in the page's own icon, for browsers and phones that take pictures of
// points only, and for the cards that other sites show for a link. PNG (ISO/IEC 15948) with one
// filter, and ICO with a PNG inside.

import { crc32, deflateSync } from "node:zlib";

const RING = [0x1f, 0x55, 0x66];
const PAPER = [0xfa, 0xf9, 0xf6];
/** In sixteenths of the side, as in the SVG of layout.html. */
const RADIUS = 5.5 / 16;
const STROKE = 3 / 16;
/** Each point is the mean of this many squared. */
const SAMPLES = 4;

/** By file name, the bytes of each icon. */
export function icons() {
  return new Map([
    ["favicon.ico", ico(png(32, 32, null))],
    ["apple-touch-icon.png", png(180, 180, PAPER)],
    ["card.png", png(1200, 630, PAPER)],
  ]);
}

/** A ring in the middle of `paper`; of a transparent picture if that is null. */
function png(width, height, paper) {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0, at = 0; y < height; y++) {
    // Each row begins with its filter: none.
    at++;
    for (let x = 0; x < width; x++) {
      const ink = coverage(x - width / 2, y - height / 2, Math.min(width, height));
      const colour = paper === null ? RING : RING.map((ring, c) => Math.round(ring * ink + paper[c] * (1 - ink)));
      rows.set([...colour, paper === null ? Math.round(ink * 255) : 255], at);
      at += 4;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits of red, green, blue and alpha.
  header.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from([0x89, ...Buffer.from("PNG\r\n"), 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** How much of the point at this place, from the middle, is on the ring: 0 to 1. */
function coverage(x, y, side) {
  let on = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const [dx, dy] = [(i % SAMPLES) + 0.5, Math.floor(i / SAMPLES) + 0.5].map((step) => step / SAMPLES);
    if (Math.abs(Math.hypot(x + dx, y + dy) / side - RADIUS) <= STROKE / 2) on++;
  }
  return on / (SAMPLES * SAMPLES);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function ico(picture) {
  const header = Buffer.alloc(22);
  // One icon of 32 by 32 points, of 32 bits, behind this header.
  header.set([0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0]);
  header.writeUInt32LE(picture.length, 14);
  header.writeUInt32LE(header.length, 18);
  return Buffer.concat([header, picture]);
}
