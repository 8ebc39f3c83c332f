// The project's own program for the command line, to compare the browser with.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs `taylornet` with these arguments and returns its JSON lines. The variable TAYLORNET names a program that is
 * compiled already; else cargo compiles it, which takes minutes where that was not done before.
 * @param {string[]} words
 */
export function taylornet(...words) {
  const compiled = process.env.TAYLORNET;
  const [program, before] = compiled ? [compiled, []] : ["cargo", ["run", "--quiet", "--release", "--bin", "taylornet", "--"]];
  const said = execFileSync(program, [...before, ...words, "--json"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 });
  return said.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}
