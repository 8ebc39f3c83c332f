// The same on WebGPU, computed by SwiftShader: correct, but slow, so the network is tiny.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import {
  LONG, beforeWorker, deviceName, evaluated, id, kept, measurements, notice, oneStep, openReady, reached, ready, runState, trainTo,
} from "./explorer.mjs";

const TINY = "?room=train&net=taylornet-7&width=4&batch=16&lr=0.1&device=webgpu";

let browser;
before(async () => { browser = await launch(GPU.SOFTWARE); });
after(() => browser?.close());

/** Largest relative difference from the CPU; the page trusts a GPU up to ten times as much. */
const MAX_DIFFERENCE = 1e-4;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** What the page writes as `0.00012` or `1.2×10⁻⁶`; NaN for words. */
function numberOf(text) {
  const [mantissa, power = ""] = text.trim().split("×10");
  const plain = [...power].map((sign) => (sign === "⁻" ? "-" : RAISED.indexOf(sign))).join("");
  return Number(`${mantissa}e${plain || 0}`);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("it learns on WebGPU, goes on after a reload, and moves to the CPU", async (t) => {
  const { page, context, problems } = await openReady(browser, TINY);
  assert.match(await deviceName(page), /WebGPU/);
  assert.match(await page.locator(id("train-device")).innerText(), /WebGPU/);
  const said = await page.locator(id("device-difference")).innerText();
  t.diagnostic(`CPU and WebGPU differ by ${said}; ${await page.locator(id("device-times")).innerText()}`);
  const difference = numberOf(said);
  assert.ok(difference >= 0 && difference <= MAX_DIFFERENCE, `CPU and WebGPU differ by ${said}`);
  const paused = await trainTo(page, 9);
  const losses = (await measurements(page)).map((row) => row.loss);
  const third = Math.max(1, Math.floor(losses.length / 3));
  t.diagnostic(`losses: ${losses.map((loss) => loss.toFixed(2)).join(" ")}; ${await page.locator(id("train-speed")).innerText()}`);
  assert.ok(mean(losses.slice(-third)) < mean(losses.slice(0, third)), `the loss does not fall: ${losses}`);
  assert.equal((await oneStep(page)).step, paused.step + 1);
  await kept(page, paused.step + 1);
  await page.reload();
  await ready(page);
  await page.locator(id("continue-run")).click();
  assert.equal((await reached(page, "paused", paused.step + 1)).step, paused.step + 1);
  assert.equal((await oneStep(page)).step, paused.step + 2);
  const onGpu = await evaluated(page, 200);
  await page.locator(id("device-cpu")).check({ force: true });
  await page.waitForFunction(() => /^CPU/.test(document.querySelector('[data-testid="train-device"]').textContent), undefined, { timeout: LONG });
  const onCpu = await evaluated(page, 200);
  const moved = onCpu.counts.map((count, index) => Math.abs(count - onGpu.counts[index])).reduce((sum, count) => sum + count, 0);
  assert.ok(moved <= 4, "the same weights classify alike on both devices");
  assert.equal((await oneStep(page)).step, paused.step + 3);
  await page.locator(id("device-webgpu")).check({ force: true });
  await page.waitForFunction(() => /^WebGPU/.test(document.querySelector('[data-testid="train-device"]').textContent), undefined, { timeout: LONG });
  assert.equal((await oneStep(page)).step, paused.step + 4);
  assert.deepEqual(problems, []);
  await context.close();
});

test("left to itself, the page does not take a software GPU", async () => {
  const { page, context } = await openReady(browser, "?room=train");
  assert.match(await deviceName(page), /CPU/);
  assert.match(await page.locator(".device .reason").innerText(), /software|slower|slow/);
  await context.close();
});

test("without an adapter the CPU computes and the page says so", async () => {
  const prepare = (page) => beforeWorker(page, "navigator.gpu.requestAdapter = async () => null;");
  const { page, context } = await openReady(browser, TINY, { prepare });
  assert.match(await deviceName(page), /CPU/);
  assert.match(await page.locator(".device .reason").innerText(), /no graphics adapter/);
  assert.equal((await oneStep(page)).step, 1);
  await context.close();
});

test("a GPU that computes wrongly is not used", async () => {
  const prepare = (page) => beforeWorker(page, `
    const compile = GPUDevice.prototype.createShaderModule;
    GPUDevice.prototype.createShaderModule = function (shader) {
      return compile.call(this, { ...shader, code: shader.code.replaceAll(" exp(", " exp2(") });
    };`);
  const { page, context } = await openReady(browser, TINY, { prepare });
  assert.match(await deviceName(page), /CPU/);
  assert.match(await page.locator(".device .reason").innerText(), /differ/);
  assert.equal((await oneStep(page)).step, 1);
  await context.close();
});

test("when the GPU is lost in the middle of a run, the run goes on on the CPU", async (t) => {
  const prepare = (page) => beforeWorker(page, `
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...words) {
      self.lastDevice = await request.apply(this, words);
      return self.lastDevice;
    };`);
  // Long enough not to end meanwhile: the CPU is faster than this GPU.
  const { page, context } = await openReady(browser, `${TINY}&epochs=100`, { prepare });
  const { step: keptStep } = await trainTo(page, 3);
  await kept(page, keptStep);
  const curveUpTo = async (step) => (await measurements(page)).filter((row) => row.step <= step);
  const before = await curveUpTo(keptStep);
  assert.equal(before.at(-1).step, keptStep);
  await page.locator(id("train-start")).click();
  await reached(page, "training", keptStep + 1);
  await page.workers()[0].evaluate(() => self.lastDevice.destroy());
  await page.waitForFunction(() => /^CPU/.test(document.querySelector('[data-testid="train-device"]').textContent), undefined, { timeout: LONG });
  assert.match(await notice(page, "worker-notice"), /GPU/);
  // Nobody pressed a button: the run itself has moved, from the state that was kept last.
  const { step: later } = await reached(page, "training", (await runState(page)).step + 1);
  await page.locator(id("train-pause")).click();
  const paused = await reached(page, "paused", later);
  t.diagnostic(`kept at step ${keptStep}, paused at step ${paused.step}`);
  assert.deepEqual(await curveUpTo(keptStep), before, "a run from the beginning would have replaced the curve");
  assert.equal((await oneStep(page)).step, paused.step + 1);
  await context.close();
});
