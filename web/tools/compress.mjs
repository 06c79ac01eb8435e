// Writes F.br and F.gz beside each file F of a built page that they make smaller, so that the master compresses nothing.
// Prints what the first page costs; fails where the budget of docs/reference/page.md is broken.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const WORTH_IT = /\.(html|js|css|svg|json|txt|map|webmanifest|wasm)$/;
const MOST_FIRST_SCRIPTS = 200_000; // bytes of gzip

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

function files() {
  return readdirSync(folder, { recursive: true }).sort().filter((name) => statSync(join(folder, name)).isFile());
}

for (const name of files()) {
  if (/\.(br|gz)$/.test(name)) rmSync(join(folder, name)); // of an earlier call
}
const smallest = new Map();
for (const name of files()) {
  const file = join(folder, name);
  if (!WORTH_IT.test(name)) continue;
  const plain = readFileSync(file);
  const forms = { br: brotli(plain), gz: gzipSync(plain, { level: 9 }) };
  for (const [ending, bytes] of Object.entries(forms)) {
    if (bytes.length < plain.length) writeFileSync(`${file}.${ending}`, bytes);
  }
  smallest.set(name, { plain: plain.length, br: forms.br.length, gz: forms.gz.length });
}

// What the browser loads before it can show anything: the scripts that index.html names.
const first = [...readFileSync(join(folder, "index.html"), "utf8").matchAll(/"\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name);
const sum = (names, form) => names.reduce((all, name) => all + smallest.get(name)[form], 0);
console.log(`first scripts: ${first.length}, ${sum(first, "plain")} bytes, gzip ${sum(first, "gz")}, brotli ${sum(first, "br")}`);
console.log(`everything: ${smallest.size} files, ${sum([...smallest.keys()], "plain")} bytes, brotli ${sum([...smallest.keys()], "br")}`);
if (first.length === 0 || sum(first, "gz") > MOST_FIRST_SCRIPTS) {
  console.error(`the first scripts have ${sum(first, "gz")} bytes of gzip (allowed: ${MOST_FIRST_SCRIPTS}); load by import() what the first page does not need`);
  process.exit(1);
}
