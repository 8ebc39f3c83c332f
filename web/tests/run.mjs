// Runs the browser tests: every *.test.mjs of this folder, or those named as arguments, one after the other.
//
// `cargo xtask test --only browser` sets the variables BASE_URL, SUB_PATH_URL and CHROMIUM and starts this.
// The variable TEST_NAME chooses tests by a part of their names.
import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const MINUTES = 60_000;
/** One file of tests may take this long; a software GPU is slow. */
const FILE_LIMIT = 15 * MINUTES;

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

/** Runs files one after the other and returns those with a failed test. */
async function failedFiles(files) {
  const failed = new Set();
  const events = run({ files, concurrency: 1, timeout: FILE_LIMIT, testNamePatterns });
  events.on("test:fail", ({ file }) => (file ? [file] : files).forEach((path) => failed.add(path)));
  const report = events.compose(spec);
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => report.on("end", resolve));
  return [...failed];
}

// A browser on a small machine may miss a time limit once. What fails twice is wrong.
let failed = await failedFiles(files);
if (failed.length > 0) {
  console.log(`\nonce more: ${failed.map((file) => basename(file)).join(", ")}`);
  failed = await failedFiles(failed);
}
process.exitCode = failed.length > 0 ? 1 : 0;
