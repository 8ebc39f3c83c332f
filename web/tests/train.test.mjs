// A small network learns on the CPU: every control of the Train room, files, reload, and settings that cannot work.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import {
  deviceName, downloaded, evaluated, id, kept, measurements, notice, oneStep, openReady, reached, ready, runState, trainTo,
} from "./explorer.mjs";

const SMALL = "?room=train&net=taylornet-7&width=8&batch=32&lr=0.02";
/** Three steps for one pass over the 60 000 training images. */
const SHORT = "?room=train&net=taylornet-7&width=1&batch=20000&epochs=1";
const SHORT_STEPS = 3;

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("it learns, pauses, goes step by step, follows the learning rate and is tested", async (t) => {
  const { page, context, problems } = await openReady(browser, SMALL);
  assert.match(await deviceName(page), /CPU/);
  assert.match(await page.locator(id("train-device")).innerText(), /CPU/);
  const paused = await trainTo(page, 200);
  t.diagnostic(`paused at step ${paused.step}, ${await page.locator(id("train-speed")).innerText()}`);
  const before = (await measurements(page)).filter((row) => row.kind === "training");
  const losses = before.map((row) => row.loss);
  const third = Math.max(1, Math.floor(losses.length / 3));
  assert.ok(mean(losses.slice(-third)) < 0.8 * mean(losses.slice(0, third)), `the loss does not fall: ${losses}`);
  assert.equal(before.at(-1).step, paused.step);
  // Standing still until now, or this would be more than one step.
  assert.equal((await oneStep(page)).step, paused.step + 1);
  assert.equal((await oneStep(page)).step, paused.step + 2);
  await page.locator(id("train-lr")).fill("0.0002");
  const later = await trainTo(page, paused.step + 30);
  const rows = (await measurements(page)).filter((row) => row.kind === "training" && row.step > paused.step + 2);
  assert.ok(rows.length > 0 && rows.every((row) => row.learning_rate <= 0.000_201), "the learning rate did not change");
  const { accuracy, counts } = await evaluated(page, 200);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 200);
  const diagonal = counts.filter((_, index) => index % 11 === 0).reduce((sum, count) => sum + count, 0);
  assert.ok(Math.abs(accuracy - diagonal / 200) < 1e-4, `${accuracy} is not ${diagonal} of 200`);
  assert.ok(accuracy > 0.5, `after ${later.step} steps only ${accuracy} are right`);
  const tests = (await measurements(page)).filter((row) => row.kind === "test");
  assert.deepEqual(tests.map((row) => [row.step, row.images]), [[later.step, 200]]);
  await page.locator(id("train-reset")).click();
  await reached(page, "absent");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a run goes on after a reload, and a network trained here answers the same after a trip through a file", async () => {
  const { page, context, problems } = await openReady(browser, SMALL);
  const paused = await trainTo(page, 60);
  await kept(page, paused.step);
  await page.reload();
  await ready(page);
  assert.match(await page.locator(id("continue-run")).innerText(), new RegExp(`Continue from step ${paused.step}`));
  await page.locator(id("continue-run")).click();
  const restored = await reached(page, "paused", paused.step);
  assert.equal(restored.step, paused.step);
  assert.ok(Math.abs(restored.loss - paused.loss) < 1e-9, "the curve came back too");
  assert.equal((await oneStep(page)).step, paused.step + 1);
  const first = await evaluated(page, 1000);
  const saved = await downloaded(page, "save-weights");
  assert.match(saved.name, new RegExp(`taylornet-7.*${paused.step + 1}\\.safetensors$`));
  const header = JSON.parse(saved.bytes.subarray(8, 8 + Number(saved.bytes.readBigUInt64LE(0))).toString());
  assert.deepEqual(header["blocks.0.conv.weight"].shape, [8, 1, 3, 3]);
  assert.deepEqual(header["blocks.0.cg.weight"].shape, [8, 8, 14]);
  assert.deepEqual(header["head.weight"].shape, [10, 32]);
  await page.locator(id("train-reset")).click();
  await reached(page, "absent");
  await page.locator(id("load-weights")).setInputFiles({ name: saved.name, mimeType: "application/octet-stream", buffer: saved.bytes });
  await reached(page, "paused");
  const second = await evaluated(page, 1000);
  assert.deepEqual(second.counts, first.counts);
  assert.equal((await oneStep(page)).step, 1);
  const trained = await evaluated(page, 1000);
  assert.ok(trained.accuracy > first.accuracy - 0.15, "training goes on from the loaded weights");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a kept run that is finished is shown again after a reload, and not offered to be continued", async () => {
  const { page, context, problems } = await openReady(browser, SHORT);
  await page.locator(id("train-start")).click();
  const { step, loss } = await reached(page, "finished");
  assert.equal(step, SHORT_STEPS);
  await kept(page, step);
  await page.reload();
  await ready(page);
  const offer = page.locator(id("continue-run"));
  await offer.waitFor();
  assert.doesNotMatch(await offer.innerText(), /continue/i);
  await offer.click();
  assert.deepEqual(await reached(page, "finished", step), { phase: "finished", step, loss });
  assert.equal(await page.locator(id("train-start")).isDisabled(), true);
  assert.equal(await page.locator(id("train-step")).isDisabled(), true);
  assert.equal((await evaluated(page, 200)).counts.reduce((sum, count) => sum + count, 0), 200);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the CPU steps in where WebGPU is asked for and there is none", async () => {
  const { page, context } = await openReady(browser, `${SMALL}&device=webgpu`);
  assert.match(await page.locator(id("train-device")).innerText(), /CPU/);
  assert.match(await page.locator(".device .reason").innerText(), /WebGPU cannot|no WebGPU|adapter/);
  assert.match(await page.locator(id("device-difference")).innerText(), /adapter|WebGPU/);
  assert.equal((await oneStep(page)).step, 1);
  await context.close();
});

test("two runs side by side train in turns", async () => {
  const { page, context } = await openReady(browser, `${SMALL}&compare=1`);
  await trainTo(page, 20);
  const runs = new Set((await measurements(page)).map((row) => `${row.run} ${row.network}`));
  assert.deepEqual([...runs].sort(), ["0 taylornet-7", "1 conv-7"]);
  await context.close();
});

const IMPOSSIBLE = [
  ["train-lr", "0", /learning rate/],
  ["train-lr", "-0.01", /learning rate/],
  ["train-lr", "", /learning rate/],
  ["train-lr", "1000", /learning rate/],
  ["train-batch", "60001", /batch size is 60001.*60000/],
  ["train-batch", "0", /batch/],
  ["train-epochs", "0", /epochs/],
  ["train-width", "0", /width/],
  ["train-dilation-1", "9", /smaller dilations/],
];
test("settings that cannot work are named beside their control and keep the run from starting", async () => {
  const { page, context, problems } = await openReady(browser, SMALL);
  for (const [control, value, sentence] of IMPOSSIBLE) {
    const field = page.locator(id(control));
    const usual = await field.inputValue();
    await field.fill(value);
    await page.locator(`${id("train-start")}[disabled]`).waitFor();
    assert.match(await page.locator(id("train-obstacle")).innerText(), sentence);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const message = page.locator(`#${await field.getAttribute("aria-describedby")}`);
    assert.match(await message.innerText(), sentence);
    assert.equal(await page.locator(id("train-step")).isDisabled(), true);
    await field.fill(usual);
    await page.locator(`${id("train-start")}:not([disabled])`).waitFor();
    assert.equal(await page.locator(id("train-obstacle")).innerText(), "");
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("an absurd learning rate ends in a sentence that says what to change, with the last good state in place", async () => {
  const { page, context } = await openReady(browser, "?room=train&net=taylornet-7&width=8&batch=8&lr=10&norm=0&order=4");
  await page.locator(id("train-start")).click();
  const diverged = await reached(page, "diverged");
  assert.match(await notice(page, "error-notice"), /learning rate smaller/);
  assert.ok(diverged.loss === undefined || Number.isFinite(diverged.loss));
  const { bytes } = await downloaded(page, "save-weights");
  assert.ok(bytes.length > 1000, "the last good weights can be saved");
  await page.locator(id("train-lr")).fill("0.00001");
  await page.locator(id("train-step")).click();
  const next = await reached(page, "paused", diverged.step + 1, 60_000);
  assert.ok(Number.isFinite(next.loss), `the loss is ${next.loss}`);
  await context.close();
});

test("while it trains, the network in the Draw room goes on answering", async () => {
  const { page, context } = await openReady(browser, "?room=train&net=taylornet-7&drawing=t000&model=taylornet-7");
  await page.locator(id("train-start")).click();
  await reached(page, "training", 1);
  await page.locator(id("to-draw")).click();
  await page.locator(`${id("draw-answer")}[data-answer="7"]`).waitFor();
  await page.locator(id("to-train")).click();
  const { phase, step } = await runState(page);
  assert.equal(phase, "training");
  await reached(page, "training", step + 1);
  await context.close();
});
