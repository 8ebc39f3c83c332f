// Makes the page work offline once it was loaded: what came over the network is kept, and used when the network fails.
// The network goes first, so that a newer build is never hidden by an older one.
const OURS = "taylornet-explorer-";
const KEPT = `${OURS}1`;
// Other projects on the same host have caches of their own.
const isOld = (name) => name.startsWith(OURS) && name !== KEPT;

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(isOld).map((n) => caches.delete(n)))));
});

async function answer(request) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.status === 200) {
      const copy = fresh.clone();
      // A full disk only means that the page will need the network next time.
      caches.open(KEPT).then((cache) => cache.put(request, copy)).catch(() => {});
    }
    return fresh;
  } catch (error) {
    const cache = await caches.open(KEPT);
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === self.location.origin) event.respondWith(answer(request));
});
