// The page's side of keeping the site for use without a network: sets up the service worker, keeps everything when asked,
// and says what is kept. `src/app/offline.rs` shows it and asks by events of the window.
const SAYS = "explorer-offline";
const ASKS = "explorer-offline-ask";
const here = location.origin + location.pathname.replace(/[^/]*$/, "");
const KEPT = `taylornet-explorer-2 ${here}`;
const keyOf = (name) => new URL(`kept/${name}`, here).href;
/** A page that is left open asks whether there is a new build when it is looked at again, at most this often. */
const LOOK_EVERY_MS = 30 * 60_000;

let build = "";
const say = (detail) => window.dispatchEvent(new CustomEvent(SAYS, { detail }));

/** Files of this build, and those of them that are kept; nothing while there is no list. */
async function inventory() {
  const cache = await caches.open(KEPT);
  const list = await cache.match(keyOf(`list-${build}`));
  if (!list) return null;
  const { files } = await list.json();
  const keys = new Set((await cache.keys()).map(({ url }) => url));
  return { cache, files, missing: files.filter(({ sha256 }) => !keys.has(keyOf(sha256))) };
}

const bytesOf = (files) => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function report() {
  const found = await inventory();
  if (!found) return;
  const { missing } = found;
  if (missing.some(({ first }) => first)) say({ state: "incomplete" });
  else say({ state: missing.length > 0 ? "kept" : "everything", more: bytesOf(missing) });
}

async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let stopped = false;

/** Fetches what is missing. */
async function keepEverything() {
  stopped = false;
  const found = await inventory();
  if (!found) return say({ state: "failed", reason: "the list of files is not here" });
  const { cache, missing } = found;
  const total = bytesOf(missing);
  let done = 0;
  say({ state: "fetching", done, total });
  // Without this the browser may clear a full disk of it; it may refuse.
  await navigator.storage?.persist?.().catch(() => false);
  // From now on a new build is kept in full, too.
  await cache.put(keyOf("everything"), new Response("yes"));
  for (const { path, sha256 } of missing) {
    if (stopped) break;
    const answer = await fetch(new URL(path, here), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${path}`);
    const parts = [];
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done && !stopped; part = await reader.read()) {
      parts.push(part.value);
      done += part.value.byteLength;
      say({ state: "fetching", done, total });
    }
    if (stopped) {
      await reader.cancel();
      break;
    }
    const bytes = await new Blob(parts).arrayBuffer();
    if (await hash(bytes) !== sha256) throw new Error(`${path} is of another build; reload the page`);
    const headers = { "content-type": answer.headers.get("content-type") ?? "", "content-length": String(bytes.byteLength) };
    await cache.put(keyOf(sha256), new Response(bytes, { headers }));
  }
  if (stopped) await cache.delete(keyOf("everything"));
  await report();
}

function reasonOf(error) {
  if (error?.name === "QuotaExceededError") return "the browser has no room for it";
  return error instanceof TypeError ? "the connection was lost" : String(error?.message ?? error);
}

/** What a service worker says when it is asked for its build; nothing from one of an earlier version. */
function buildOf(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage("which build", [port2]);
  });
}

/** A build that waits is offered; the visitor says when it takes over. */
function offer(registration) {
  const look = (worker) => {
    const tell = () => { if (worker.state === "installed" && navigator.serviceWorker.controller) say({ update: true }); };
    worker.addEventListener("statechange", tell);
    tell();
  };
  if (registration.waiting) look(registration.waiting);
  registration.addEventListener("updatefound", () => registration.installing && look(registration.installing));
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < LOOK_EVERY_MS) return;
    looked = Date.now();
    registration.update().catch(() => {});
  });
}

/** The first visit's page was here before its service worker, which from now on answers it if it is of the same build. */
async function settle(registration) {
  const worker = (await navigator.serviceWorker.ready).active;
  if (!navigator.serviceWorker.controller) {
    if (await buildOf(worker) === build) worker.postMessage({ claim: build });
    else if (!registration.waiting) say({ update: true });
  }
  await report();
}

/** @param {string} name the build of this page */
export async function start(name) {
  build = name;
  // The worker that takes this page over is of its build, or it becomes a page of the new one.
  navigator.serviceWorker.addEventListener("controllerchange", async () => {
    const { controller } = navigator.serviceWorker;
    if (controller && await buildOf(controller) !== build) location.reload();
  });
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.keeping?.build === build) say({ state: "keeping", ...data.keeping });
  });
  let registration;
  addEventListener(ASKS, ({ detail }) => {
    if (detail === "everything") keepEverything().catch((error) => say({ state: "failed", reason: reasonOf(error) }));
    if (detail === "stop") stopped = true;
    if (detail === "state") report().catch(() => {});
    if (detail === "reload") {
      if (registration?.waiting) registration.waiting.postMessage("take over");
      else location.reload();
    }
  });
  try {
    registration = await navigator.serviceWorker.register("sw.js");
    offer(registration);
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "redundant") say({ state: "failed", reason: "the files could not be fetched, or the browser has no room for them" });
    });
    await settle(registration);
  } catch (error) {
    console.info("not kept for offline use:", error);
    // Without a network there is nothing to set up, but what is kept can be shown.
    await report().catch(() => {});
  }
}

/** A site without a build, as `cargo xtask serve` makes it, keeps nothing and is not answered by what was kept before. */
export async function leave() {
  const registration = await navigator.serviceWorker.getRegistration(here);
  if (!registration || registration.scope !== here) return;
  await registration.unregister();
  for (const name of await caches.keys()) if (name === KEPT || name === "taylornet-explorer-1") await caches.delete(name);
}
