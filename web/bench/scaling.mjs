// What an image and a pixel cost natively, for five batches and five sizes of images.
import { execFileSync } from "node:child_process";

/** One entry per size, as the command line measures them. */
export function scaling(program, quick) {
  if (!program) throw new Error("the command line was not built (variable TAYLORNET)");
  const asked = ["bench", "--scaling", "--json", ...(quick ? ["--steps", "1"] : [])];
  return execFileSync(program, asked, { encoding: "utf8" }).trim().split("\n").map((line) => JSON.parse(line));
}
