// Talks to the shipped worker from a blank page of its own site, with the messages of `src/protocol`.

/**
 * Starts the worker and leaves `globalThis.ours` in the page: `ask(request)` resolves with the final event.
 * Runs in the page, so it may use nothing from this module.
 */
export function startWorker(baseUrl) {
  const worker = new Worker(new URL("web/worker.js", baseUrl), { type: "module" });
  const waiting = new Map();
  const unfinished = new Set(["busy", "progress", "distilling"]);
  let lastId = 0;
  let loaded;
  const isLoaded = new Promise((resolve, reject) => { loaded = { resolve, reject }; });
  const fail = (why) => {
    const error = new Error(why);
    loaded.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.onerror = (event) => fail(event.message || "the worker could not be loaded");
  // A message is `"name"` or `{name: content}`; here its content gets the name as `type`.
  const named = (message) => {
    if (typeof message === "string") return { type: message };
    const [[type, content]] = Object.entries(message);
    return { type, ...content };
  };
  worker.onmessage = ({ data }) => {
    if (data.fatal) return fail(data.fatal);
    const { id, event: message } = data;
    const event = named(message);
    if (event.type === "loaded") return loaded.resolve();
    if (event.type === "failed" && id === 0) return fail(JSON.stringify(event.error));
    const asked = waiting.get(id);
    if (!asked) return undefined;
    asked.events.push(event);
    if (unfinished.has(event.type)) return undefined;
    waiting.delete(id);
    return event.type === "failed" ? asked.reject(new Error(JSON.stringify(event.error))) : asked.resolve(asked.events);
  };
  const ask = (request) => new Promise((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, { resolve, reject, events: [] });
    const { type, ...content } = request;
    worker.postMessage({ id, request: { [type]: content } });
  });
  /** One step, from the message to the answer that it is done, the loss included. */
  const step = async (run) => {
    const started = performance.now();
    const events = await ask({ type: "train", run, steps: 1 });
    const ms = performance.now() - started;
    const progress = events.findLast((event) => event.type === "progress")?.progress;
    const status = events.at(-1).status;
    if (status !== "steps_done") throw new Error(`the run stopped: ${status}`);
    return { ms, loss: progress?.loss };
  };
  globalThis.ours = { ask, step };
  return isLoaded;
}

/** Bytes of the WebAssembly memory of a page's worker, which never shrinks. */
export function workerMemory(page, baseUrl) {
  // Runs in the worker, whose module is loaded already.
  const measure = async (address) => (await (await import(address)).default()).memory.buffer.byteLength;
  return page.workers()[0].evaluate(measure, new URL("pkg/worker.js", baseUrl).href);
}
