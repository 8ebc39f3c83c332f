// The benchmark in the browser: training steps beside TensorFlow.js, loading, sizes and drawing.
//
// `cargo xtask bench` builds everything, serves it and starts this. Variables:
// BASE_URL  where dist/ is served          WEB_URL   where web/ is served
// CHROMIUM  the browser                    TAYLORNET the native program (left out where it is not set)
// CRATES    code of the worker by crate (left out where it is not set)
// JAX_PYTHON a Python with JAX, or JAX_MISSING why there is none
// DIST, OUT folder and result              BENCH_QUICK=1   every count as small as possible, to try the program
// BENCH_ONLY=steps,scaling,peak,loading,sizes,drawing,polynomial,distillation   BENCH_CONTENDER only contenders whose name contains this
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { launch } from "../tests/browser.mjs";
import { distillation } from "./distillation.mjs";
import { drawing } from "./drawing.mjs";
import { loading } from "./loading.mjs";
import { polynomial } from "./polynomial.mjs";
import { markdown } from "./report.mjs";
import { peak, scaling } from "./scaling.mjs";
import { sizes } from "./sizes.mjs";
import { reason } from "./statistics.mjs";
import { steps } from "./steps.mjs";

const { BASE_URL, WEB_URL, CHROMIUM, TAYLORNET, CRATES, DIST = "dist", OUT = "target/bench.json" } = process.env;
const quick = process.env.BENCH_QUICK === "1";
const EFFORT = quick
  ? { rounds: 1, warmUp: 1, loads: 1, strokes: 2 }
  : { rounds: 3, warmUp: 5, loads: 5, strokes: 100 };
/** Where others use more of the processor than this, the figures say little. */
const QUIET = 0.1;

const say = (what) => console.error(`    bench  ${what}`);

/** Settings of the networks by name, as the native program knows them. */
function knownNetworks() {
  if (!TAYLORNET) throw new Error("the settings of the networks come from the native program; set the variable TAYLORNET");
  const lines = execFileSync(TAYLORNET, ["info", "--json"], { encoding: "utf8" });
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

const parts = {
  sizes: () => sizes(DIST),
  loading: () => loading(BASE_URL, EFFORT.loads, say),
  drawing: () => drawing(BASE_URL, EFFORT.strokes, say),
  polynomial: () => polynomial(BASE_URL, EFFORT.loads, say),
  scaling: () => scaling(TAYLORNET, quick),
  peak: () => peak(TAYLORNET, quick),
  distillation: () => distillation(BASE_URL, TAYLORNET, say),
  steps: () => {
    const where = { baseUrl: BASE_URL, webUrl: WEB_URL, program: TAYLORNET, networks: knownNetworks() };
    return steps({ ...where, only: process.env.BENCH_CONTENDER }, EFFORT, say);
  },
};

function machine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, cores: cpus().length, memory_gib: memory };
}

/** Share of all cores that is in use while this program waits. */
async function useByOthers() {
  const ticks = () => cpus().reduce(([idle, all], { times }) => [idle + times.idle, all + Object.values(times).reduce((a, b) => a + b)], [0, 0]);
  const [idleBefore, allBefore] = ticks();
  await wait(3_000);
  const [idle, all] = ticks();
  return Math.round(100 * (1 - (idle - idleBefore) / (all - allBefore))) / 100;
}

/** Versions that the contenders reported. */
function versions(measured, key) {
  return [...new Set((measured ?? []).flatMap(({ contenders }) => contenders.map((each) => each[key])))].filter(Boolean);
}

async function browserVersion() {
  const browser = await launch();
  const version = browser.version();
  await browser.close();
  return `Chromium ${version}`;
}

function write(result) {
  mkdirSync(dirname(OUT), { recursive: true });
  writeFileSync(`${OUT}.tmp`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${OUT}.tmp`, OUT);
}

for (const [name, value] of Object.entries({ BASE_URL, WEB_URL, CHROMIUM })) {
  if (!value) {
    console.error(`The variable ${name} is not set. Run \`cargo xtask bench\`.`);
    process.exit(2);
  }
}
const chosen = process.env.BENCH_ONLY?.split(",") ?? Object.keys(parts);
const result = { machine: machine(), quick, use_by_others: [await useByOthers()], failures: [] };
if (result.use_by_others[0] > QUIET) {
  say(`other programs use ${Math.round(100 * result.use_by_others[0])} % of this machine: end them for figures that count`);
}
for (const [name, measure] of Object.entries(parts)) {
  if (!chosen.includes(name)) continue;
  try {
    result[name] = await measure();
  } catch (error) {
    result.failures.push(`${name}: ${reason(error)}`);
    say(`${name} failed: ${reason(error)}`);
  }
}
if (CRATES && result.sizes) result.crates = JSON.parse(readFileSync(CRATES, "utf8"));
result.use_by_others.push(await useByOthers());
result.libraries = versions(result.steps, "library");
result.browser = await browserVersion();
write(result);
console.log(markdown(result));
say(`everything is in ${OUT}`);
if (result.failures.length) process.exitCode = 1;
