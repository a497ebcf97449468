// Gzipped bytes of the overview's first load: what index.html names, what those files import, and the
// chunks that the overview loads by itself. Fails above the limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_KIB = 400;
/** Lazy chunks that the overview loads without a click. */
const LOADED_BY_OVERVIEW = ['src/screens/overview/earnings-chart.tsx'];

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const files = new Set(['index.html']);

function add(key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const imported of chunk.imports ?? []) add(imported);
}
add('index.html');
for (const key of LOADED_BY_OVERVIEW) if (manifest[key]) add(key);

let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KiB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KiB  in all, gzipped; at most ${LIMIT_KIB} KiB`);
if (total > LIMIT_KIB * 1024) process.exitCode = 1;
