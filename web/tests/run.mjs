// Runs the browser tests: every *.test.mjs of this folder, or those named as arguments. Those that measure or train
// have the machine to themselves; of the others two run at a time, and each takes a browser of its own.
//
// `cargo xtask test --only browser` sets the variables BASE_URL, SUB_PATH_URL and CHROMIUM and starts this.
// The variable TEST_NAME chooses tests by a part of their names.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const MINUTES = 60_000;
/** One file of tests may take this long; a software GPU is slow. */
const FILE_LIMIT = 15 * MINUTES;
/** Most files that may need a second run. */
const MOST_RETRIED = 2;
/** Files whose tests measure time, train for long, or occupy all cores with a graphics processor in software. */
const ALONE = ["agree", "distil", "longtasks", "train", "webgpu"].map((name) => `${name}.test.mjs`);
/** Others at a time: a page and its worker occupy hardly more than one core. */
const SIDE_BY_SIDE = Math.max(1, Math.min(2, availableParallelism()));

for (const name of ["BASE_URL", "CHROMIUM"]) {
  if (!process.env[name]) {
    console.error(`The variable ${name} is not set. Run \`cargo xtask test --only build,browser\`.`);
    process.exit(2);
  }
}

const folder = dirname(fileURLToPath(import.meta.url));
const chosen = process.argv.slice(2);
const files = chosen.length > 0
  ? chosen.map((path) => resolve(path))
  : readdirSync(folder).filter((name) => name.endsWith(".test.mjs")).sort().map((name) => join(folder, name));

if (files.length === 0) {
  console.error(`There is no test in ${basename(folder)}/.`);
  process.exit(2);
}

const testNamePatterns = process.env.TEST_NAME ? [process.env.TEST_NAME] : undefined;

for (const name of ALONE) {
  if (!readdirSync(folder).includes(name)) {
    console.error(`${name} shall run alone and is not there. Mend the list in web/tests/run.mjs.`);
    process.exit(2);
  }
}

/**
 * Runs files, this many at a time, and notes in which of them something failed, with the names of what failed.
 * @param {string[]} files
 * @param {number} concurrency
 * @param {Map<string, string[]>} failed
 */
async function runAtOnce(files, concurrency, failed) {
  if (files.length === 0) return;
  const events = run({ files, concurrency, timeout: FILE_LIMIT, testNamePatterns });
  events.on("test:fail", ({ file, name }) => {
    for (const path of file ? [file] : files) failed.set(path, [...(failed.get(path) ?? []), name]);
  });
  const report = events.compose(spec);
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => report.on("end", resolve));
}

/** @returns {Promise<Map<string, string[]>>} the files in which something failed, with the names of what failed */
async function failures(files, concurrency) {
  const failed = new Map();
  const isAlone = (file) => ALONE.includes(basename(file));
  await runAtOnce(files.filter((file) => !isAlone(file)), concurrency, failed);
  await runAtOnce(files.filter(isAlone), 1, failed);
  return failed;
}

// A browser on a small machine may miss a time limit once. What fails twice is wrong, and so is a page that misses many.
const first = await failures(files, SIDE_BY_SIDE);
let wrong = false;
if (first.size > 0) {
  console.log(`\nonce more: ${[...first.keys()].map((file) => basename(file)).join(", ")}`);
  const second = await failures([...first.keys()], 1);
  console.log("\nFailed the first time:");
  for (const [file, names] of first) {
    const again = second.get(file) ?? [];
    for (const name of names) console.log(`  ${basename(file)}: ${name} (${again.includes(name) ? "failed again" : "passed then"})`);
  }
  const tests = [...first.values()].reduce((sum, names) => sum + names.length, 0);
  console.log(`Failed the first time: ${tests} in ${first.size} of ${files.length} files; files that failed twice: ${second.size}.`);
  if (first.size > MOST_RETRIED) console.log(`No more than ${MOST_RETRIED} files may need a second run.`);
  wrong = second.size > 0 || first.size > MOST_RETRIED;
}
process.exitCode = wrong ? 1 : 0;
