// What a visitor downloads: our page and worker, and the library beside which they are measured.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TFJS = "web/node_modules/@tensorflow";
const TFJS_MAIN = `${TFJS}/tfjs/dist/tf.es2017.min.js`;

/** Files of a folder whose names end like this, not those of folders below it. */
const named = (folder, ...endings) => readdirSync(folder)
  .filter((name) => endings.some((ending) => name.endsWith(ending)))
  .map((name) => join(folder, name));

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/** The built copies where there are some. Fonts and weights are sent as they are: nothing is gained. */
function size(path) {
  const raw = statSync(path).size;
  if (/\.(woff2|safetensors|gz)$/.test(path)) return { raw, gzip: raw, brotli: raw };
  const copy = (extension, compress) =>
    existsSync(`${path}.${extension}`) ? statSync(`${path}.${extension}`).size : compress(readFileSync(path));
  return { raw, gzip: copy("gz", (bytes) => gzipSync(bytes, { level: 9 }).length), brotli: copy("br", brotli) };
}

function group(name, paths) {
  const found = paths.filter((path) => existsSync(path));
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const path of found) {
    for (const [kind, bytes] of Object.entries(size(path))) sum[kind] += bytes;
  }
  return { name, files: found, missing: paths.filter((path) => !existsSync(path)), ...sum };
}

/** The groups, in bytes. */
export function sizes(dist) {
  const pkg = (name) => join(dist, "pkg", name);
  const web = join(dist, "web");
  const backend = (name, ...extra) => [TFJS_MAIN, `${TFJS}/tfjs-backend-${name}/dist/tf-backend-${name}.es2017.min.js`, ...extra];
  const boot = named(web, ".js").filter((path) => !path.endsWith("worker.js"));
  return [
    group("page until Draw answers: wasm", [pkg("app_bg.wasm")]),
    group("page: wasm of the other rooms", named(join(dist, "pkg"), ".wasm").filter((path) => path.includes("rooms-"))),
    group("page: js", [pkg("app.js"), pkg("parts.js"), ...boot]),
    group("page: html, css, font", [join(dist, "index.html"), ...named(web, ".css"), ...named(join(web, "fonts"), ".woff2")]),
    group("worker: wasm", [pkg("worker_bg.wasm")]),
    group("worker: js", [pkg("worker.js"), join(web, "worker.js")]),
    group("weights of taylornet-28", [join(dist, "assets/models/taylornet-28.safetensors")]),
    group("TensorFlow.js, plain CPU or WebGL", [TFJS_MAIN]),
    group("TensorFlow.js, WASM", backend("wasm", `${TFJS}/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm`)),
    group("TensorFlow.js, WebGPU", backend("webgpu")),
  ];
}
