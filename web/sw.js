// Keeps one build of the site whole, and answers with it: with a network and without.
//
// The build tool writes the name of the build into this file and lists its files with their hashes in `offline.json`.
// Files are kept under their hash, so a new build is put beside the old one and shares what has not changed; it takes
// over as a whole when the visitor says so. A script never meets a program of another build.
const BUILD = "";
const OURS = "taylornet-explorer-";
const SCOPE = self.registration.scope;
/** Other sites on the same host, and other folders of it, have caches of their own. */
const KEPT = `${OURS}2 ${SCOPE}`;
/** Before this one there was one cache for all, with a number only. */
const isOld = (name) => /^taylornet-explorer-\d+$/.test(name) || (name.startsWith(OURS) && name.endsWith(` ${SCOPE}`) && name !== KEPT);
const LIST = new URL("offline.json", SCOPE).href;
const keyOf = (name) => new URL(`kept/${name}`, SCOPE).href;
const LIST_KEY = keyOf(`list-${BUILD}`);
/** There once the visitor has asked for everything: a new build is then kept in full, too. */
const EVERYTHING = keyOf("everything");

/** The files of this build by their paths; fetched by the first who asks. */
let listed;
async function readList() {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(LIST_KEY);
  const answer = kept ?? await fetch(LIST, { cache: "no-store" });
  const { build, files } = await answer.clone().json();
  if (build !== BUILD) throw new Error(`the list is of build ${build}, not ${BUILD}`);
  if (!kept) await cache.put(LIST_KEY, answer);
  return new Map(files.map((file) => [file.path, file]));
}
function list() {
  listed ??= readList().catch((error) => { listed = undefined; throw error; });
  return listed;
}

async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fetches a file and keeps it, if it is the one of this build. */
async function keep(cache, { path, sha256 }) {
  if (await cache.match(keyOf(sha256))) return;
  // What the browser still has is good enough if its content is right.
  for (const mode of ["default", "reload"]) {
    const answer = await fetch(new URL(path, SCOPE), { cache: mode });
    if (answer.ok && await hash(await answer.clone().arrayBuffer()) === sha256) return cache.put(keyOf(sha256), answer);
  }
  throw new Error(`${path} is not the file of this build`);
}

async function tell(message) {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) client.postMessage(message);
}

async function install() {
  const cache = await caches.open(KEPT);
  const all = await cache.match(EVERYTHING);
  const wanted = [...(await list()).values()].filter(({ first }) => first || all);
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of wanted) {
    await keep(cache, file);
    done += file.bytes;
    await tell({ keeping: { build: BUILD, done, total } });
  }
}

/** What no longer belongs to the build goes. */
async function tidy() {
  for (const name of (await caches.keys()).filter(isOld)) await caches.delete(name);
  const cache = await caches.open(KEPT);
  const current = new Set([LIST_KEY, EVERYTHING, ...[...(await list()).values()].map(({ sha256 }) => keyOf(sha256))]);
  for (const { url } of await cache.keys()) if (!current.has(url)) await cache.delete(url);
}

/** Without a build, as `cargo xtask serve` makes the site, nothing is kept, and what was kept here before goes. */
async function leave() {
  for (const name of await caches.keys()) if (isOld(name) || name === KEPT) await caches.delete(name);
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: "window" })) client.navigate(client.url);
}

self.addEventListener("install", (event) => {
  if (BUILD) event.waitUntil(install());
  else self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(BUILD ? tidy() : leave()));

self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
  // A page that was here before its service worker; one of another build reloads when it hears of it.
  if (event.data?.claim === BUILD) event.waitUntil(self.clients.claim());
  if (event.data === "which build") event.ports[0].postMessage(BUILD);
});

/** Passes a file on as it comes, and breaks off at its end where it is not the one of this build. */
async function pass(event, file) {
  const answer = await fetch(new URL(file.path, SCOPE), { cache: "no-cache" });
  if (!answer.ok || !answer.body) return answer;
  const parts = [];
  const headers = { "content-length": String(file.bytes), "content-type": answer.headers.get("content-type") ?? "" };
  let settle;
  event.waitUntil(new Promise((resolve) => { settle = resolve; }));
  const check = new TransformStream({
    transform(part, controller) {
      parts.push(part);
      controller.enqueue(part);
    },
    async flush(controller) {
      try {
        const bytes = await new Blob(parts).arrayBuffer();
        if (await hash(bytes) !== file.sha256) controller.error(new TypeError(`${file.path} is of another build`));
        // A full disk only means that the page will need the network next time.
        else await (await caches.open(KEPT)).put(keyOf(file.sha256), new Response(bytes, { headers })).catch(() => {});
      } finally {
        settle();
      }
    },
  });
  return new Response(answer.body.pipeThrough(check), { headers });
}

async function respond(event, path) {
  if (path === "offline.json") return (await (await caches.open(KEPT)).match(LIST_KEY)) ?? fetch(event.request);
  const file = (await list().catch(() => undefined))?.get(path);
  if (!file) return fetch(event.request);
  const kept = await (await caches.open(KEPT)).match(keyOf(file.sha256));
  return kept ?? pass(event, file);
}

self.addEventListener("fetch", (event) => {
  const [address] = event.request.url.split(/[?#]/, 1);
  if (!BUILD || event.request.method !== "GET" || !address.startsWith(SCOPE)) return;
  event.respondWith(respond(event, decodeURI(address.slice(SCOPE.length)) || "index.html"));
});
