// What an image and a pixel cost natively, for five batches and five sizes of images, and how far from the peak that is.
import { execFileSync } from "node:child_process";

const lines = (program, words, env) =>
  execFileSync(program, [...words, "--json"], { encoding: "utf8", env: { ...process.env, ...env } }).trim().split("\n").map((line) => JSON.parse(line));

/** A step beside a large matrix product, on one thread and on all. */
export function peak(program, quick) {
  if (!program) throw new Error("the command line was not built (variable TAYLORNET)");
  const words = ["bench", "--peak", "--batch", "32", ...(quick ? ["--steps", "1"] : [])];
  return [...lines(program, words, { RAYON_NUM_THREADS: "1" }), ...lines(program, words, {})];
}

/** One entry per size, as the command line measures them. */
export function scaling(program, quick) {
  if (!program) throw new Error("the command line was not built (variable TAYLORNET)");
  return lines(program, ["bench", "--scaling", ...(quick ? ["--steps", "1"] : [])], {});
}
