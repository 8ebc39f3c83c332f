// A stand-in for the worker that speaks the same messages with made-up numbers: for looking at the page alone.
// Served as web/worker.js by the developer's own server, never shipped.
const runs = new Map();
// Messages travel as `"name"` or `{name: content}`; here the name stands beside the content, as `type`.
const post = (id, { type, ...content }) => self.postMessage({ id, event: Object.keys(content).length ? { [type]: content } : type });
const raster = (side, seed) => {
  const pixels = new Uint8Array(side * side);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [(i % side) / side - 0.5, Math.floor(i / side) / side - 0.5];
    const ring = Math.abs(Math.hypot(x * 1.4, y) - 0.3 - 0.05 * Math.sin(seed + 3 * Math.atan2(y, x)));
    pixels[i] = Math.max(0, Math.min(255, 255 * (1 - ring * 14)));
  }
  return { width: side, height: side, pixels };
};
const failed = (id, { kind, ...content }) => post(id, { type: "failed", error: { [kind]: content } });
const device = (active) => ({
  active,
  reason: active === "cpu" ? "The CPU is faster on this machine: 4.1 ms against 96 ms a step." : "You chose WebGPU.",
  devices: [
    { kind: "cpu", name: "CPU (SIMD)", usable: true, note: "", step_ms: 4.1, difference: 0 },
    { kind: "webgpu", name: "WebGPU — SwiftShader", usable: true, note: "", step_ms: 96.3, difference: 3.2e-7 },
  ],
});
const parameters = (network) => (network.kind === "tagged" ? 0 : 249674);
const summary = (r) => ({ run: r.run, network: r.network, training: r.training, parameters: parameters(r.network), step: r.step, total_steps: r.total });

function tick(r) {
  if (!r.train) return;
  const rate = r.training.learning_rate;
  if (rate > 1) {
    post(r.train, { type: "run_stopped", run: r.run, status: "diverged", step: r.step });
    r.train = 0;
    return;
  }
  const stride = Math.min(r.stop - r.step, 4);
  r.step += stride;
  const floor = JSON.stringify(r.network).includes('"conv"') ? 0.32 : 0.06;
  const loss = floor + 2.2 * Math.exp(-r.step / 90) + 0.12 * Math.abs(Math.sin(r.step * 1.7)) * Math.exp(-r.step / 900);
  post(r.train, { type: "progress", progress: {
    run: r.run, step: r.step, total_steps: r.total, loss, batch_accuracy: Math.max(0.1, 1 - loss / 2.4),
    learning_rate: rate, steps_per_second: 31.4, elapsed_secs: r.step / 31.4 } });
  if (r.step >= r.stop) {
    post(r.train, { type: "run_stopped", run: r.run, status: r.step >= r.total ? "finished" : "steps_done", step: r.step });
    r.train = 0;
  } else r.timer = setTimeout(tick, 60, r);
}

const handlers = {
  start: (id) => setTimeout(() => post(id, { type: "ready", device: device("cpu") }), 300),
  switch_device: (id, q) => post(id, { type: "ready", device: device(q.device === "webgpu" ? "webgpu" : "cpu") }),
  classify: (id, q) => {
    if (!q.drawing.pixels.some((p) => p > 0)) return post(id, { type: "empty_drawing" });
    const p = [0.01, 0.02, 0.05, 0.7, 0.01, 0.09, 0.02, 0.04, 0.05, 0.01];
    return post(id, { type: "classified", model: q.model, image_28: raster(28, 1), image_7: raster(7, 1), logits: p.map(Math.log), probabilities: p, compute_ms: 3.4 });
  },
  test_images: (id, q) => post(id, { type: "test_images", images: Array.from({ length: q.count }, (_, i) => ({ index: q.first + i, image: raster(28, q.first + i), label: (q.first + i) % 10 })) }),
  activations: (id) => post(id, { type: "activations", levels: [["input", 1, 7], ["level 1, after CG", 64, 4], ["level 2, after CG", 64, 3], ["level 3, after CG", 64, 2]].map(([name, channels, side]) => ({
    name, channels, height: side, width: side, values: Array.from({ length: channels * side * side }, (_, i) => Math.sin(i * 12.9898) * 1.4) })) }),
  create_run: (id, q) => {
    const total = q.training.epochs * Math.floor(60000 / q.training.batch);
    const r = { run: q.run, network: q.network, training: q.training, step: 0, total, train: 0 };
    runs.set(q.run, r);
    setTimeout(() => post(id, { type: "run_created", summary: summary(r) }), 120);
  },
  train: (id, q) => {
    const r = runs.get(q.run);
    if (!r) return failed(id, { kind: "no_such_run", run: q.run });
    r.train = id;
    r.stop = q.steps === undefined ? r.total : Math.min(r.total, r.step + q.steps);
    return tick(r);
  },
  pause: (id, q) => {
    const r = runs.get(q.run);
    if (r?.train) {
      clearTimeout(r.timer);
      post(r.train, { type: "run_stopped", run: r.run, status: "paused", step: r.step });
      r.train = 0;
    }
    post(id, { type: "done" });
  },
  set_learning_rate: (id, q) => { runs.get(q.run).training.learning_rate = q.learning_rate; post(id, { type: "done" }); },
  evaluate: (id, q) => {
    const r = runs.get(q.run);
    const confusion = Array.from({ length: 10 }, (_, a) => Array.from({ length: 10 }, (_, b) => (a === b ? q.images / 10 - 6 : (a * 7 + b * 3) % 4)));
    for (let i = 1; i < 5; i++) setTimeout(() => post(id, { type: "busy", what: "Testing", done: i * 200, total: 1000, unit: "steps" }), i * 100);
    setTimeout(() => post(id, { type: "evaluated", report: { run: q.run, step: r.step, images: q.images, accuracy: 0.9432, loss: 0.19, confusion,
      mistakes: Array.from({ length: 40 }, (_, i) => ({ index: i * 37 + 8, image: raster(28, i), label: i % 10, predicted: (i + 3) % 10, probability: 0.99 - i / 80 })) } }), 500);
  },
  save_weights: (id, q) => post(id, { type: "weights", run: q.run, file: new Uint8Array([8, 0, 0, 0]) }),
  load_weights: (id, q) => (q.file.length < 100
    ? failed(id, { kind: "bad_file", what: "weights.safetensors", reason: "it holds a network of another shape. Choose the settings it was trained with." })
    : post(id, { type: "run_created", summary: summary(runs.get(q.run)) })),
  save_checkpoint: (id, q) => post(id, { type: "checkpointed", checkpoint: { summary: summary(runs.get(q.run)), state: new Uint8Array(100) } }),
  restore_checkpoint: (id, q) => {
    const s = q.checkpoint.summary;
    if (!(q.checkpoint.state instanceof Uint8Array)) return failed(id, { kind: "internal", reason: "no bytes" });
    const r = { run: s.run, network: s.network, training: s.training, step: s.step, total: s.total_steps, train: 0 };
    runs.set(s.run, r);
    return post(id, { type: "run_created", summary: summary(r) });
  },
  drop_run: (id, q) => { const r = runs.get(q.run); if (r) { clearTimeout(r.timer); if (r.train) post(r.train, { type: "cancelled" }); } runs.delete(q.run); post(id, { type: "done" }); },
  self_test: (id) => post(id, { type: "done" }),
  cancel: (id, q) => { post(q.target, { type: "cancelled" }); post(id, { type: "done" }); },
};
self.onmessage = ({ data }) => {
  const [type, content] = typeof data.request === "string" ? [data.request, {}] : Object.entries(data.request)[0];
  if (content.model === "crash") throw new Error("the mock was told to crash");
  handlers[type](data.id, content);
};
for (let i = 1; i <= 4; i++) setTimeout(() => post(0, { type: "busy", what: "Loading the engine", done: i * 1.1e6, total: 4.4e6, unit: "bytes" }), i * 60);
setTimeout(() => post(0, { type: "loaded" }), 300);
