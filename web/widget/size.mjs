// Weighs the built widget as a browser receives it; a shop's page should not feel it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 40_000;
const TARGET = 25_000;

const file = new URL('../dist/widget/widget.js', import.meta.url);
const raw = readFileSync(file);
const packed = gzipSync(raw, { level: 9 }).length;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

console.log(`widget.js ${kb(raw.length)}, gzip ${kb(packed)} (target ${kb(TARGET)}, limit ${kb(LIMIT)})`);
if (packed > LIMIT) {
  console.error(`widget.js is ${kb(packed - LIMIT)} above the limit`);
  process.exit(1);
}
