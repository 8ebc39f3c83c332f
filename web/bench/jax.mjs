// The same network in JAX on the CPU: a process of its own that makes steps when it is told to.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("jax_step.py", import.meta.url));

/** Starts it. `JAX_PYTHON` is a Python with JAX; where there is none, `JAX_MISSING` says why. */
export async function jax() {
  const { JAX_PYTHON: python, JAX_MISSING: why } = process.env;
  if (!python) throw new Error(`left out: ${why ?? "the variable JAX_PYTHON is not set"}`);
  const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => { said = (said + text).slice(-2_000); });
  // A script that has ended cannot be written to; the missing answer says it.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the script ended: ${said.trim().split("\n").at(-1) || "without a word"}`);
    return JSON.parse(value);
  };
  const { version, device, parameters } = await answer();
  const steps = async (batch, count) => {
    child.stdin.write(`${batch} ${count}\n`);
    const { steps_ms: times, losses } = await answer();
    return times.map((ms, index) => ({ ms, loss: losses[index] }));
  };
  const close = async () => { child.kill(); };
  return { info: { device, parameters, library: `JAX ${version}` }, steps, close };
}
