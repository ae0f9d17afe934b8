// The icon as pixels, for telephones that take no SVG: the rectangles of icon.svg, drawn on a full square, since such a telephone cuts
// its own corners. Each pixel is the mean of sixteen points of it.
import zlib from 'node:zlib';

const side = 32, points = 4;

/** The rectangles of an SVG of nothing else. */
function rectangles(svg) {
  return [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, text]) => {
    const of = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    const [x, y, width, height, r] = ['x', 'y', 'width', 'height', 'rx'].map((name) => Number(of[name]));
    const hex = of.fill.slice(1), colour = (hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g)).map((pair) => parseInt(pair, 16));
    return { x, y, width, height, r, colour };
  });
}

function covers({ x, y, width, height, r }, px, py) {
  const dx = Math.max(x + r - px, px - (x + width - r), 0), dy = Math.max(y + r - py, py - (y + height - r), 0);
  return px >= x && px <= x + width && py >= y && py <= y + height && dx * dx + dy * dy <= r * r;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), length = Buffer.alloc(4), sum = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, sum]);
}

/** A PNG (ISO/IEC 15948) of so many pixels a side, without transparency. */
export function png(svg, size) {
  const drawn = rectangles(svg), rows = Buffer.alloc(size * (1 + 3 * size)), step = side / size / points;
  for (let row = 0; row < size; ++row)
    for (let column = 0; column < size; ++column) {
      const sum = [0, 0, 0];
      for (let point = 0; point < points * points; ++point) {
        const px = (column * points + (point % points) + 0.5) * step, py = (row * points + Math.floor(point / points) + 0.5) * step;
        const { colour } = drawn.findLast((one) => covers(one, px, py)) ?? { colour: [255, 255, 255] };
        for (const part of [0, 1, 2]) sum[part] += colour[part];
      }
      for (const part of [0, 1, 2]) rows[row * (1 + 3 * size) + 1 + 3 * column + part] = Math.round(sum[part] / points / points);
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits each of red, green and blue
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
