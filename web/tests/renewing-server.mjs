// A server of its own for tests that renew the site or take the network away: what it serves is the built site, but for
// files that a test replaces.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { BASE_URL } from "./browser.mjs";

const original = async (path) => {
  const answer = await fetch(new URL(path, BASE_URL), { headers: { "accept-encoding": "identity" } });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", bytes: Buffer.from(await answer.arrayBuffer()) };
};
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A build of the site that differs from the served one by these files; made as `src/xtask/offline.rs` describes it. */
export async function renewed(changed) {
  const list = JSON.parse((await original("offline.json")).bytes);
  const files = new Map();
  const build = sha256(JSON.stringify(changed)).slice(0, 16);
  const replace = async (path, change) => {
    const { bytes, ...rest } = await original(path);
    files.set(path, { ...rest, bytes: Buffer.from(change(bytes.toString())) });
  };
  for (const [path, change] of Object.entries(changed)) await replace(path, change);
  const stamp = (text) => text.replaceAll(list.build, build);
  await replace("index.html", (text) => stamp((changed["index.html"] ?? ((same) => same))(text)));
  await replace("sw.js", stamp);
  const entries = list.files.map((entry) => {
    const bytes = files.get(entry.path)?.bytes;
    return bytes ? { ...entry, sha256: sha256(bytes), bytes: bytes.length } : entry;
  });
  files.set("offline.json", { status: 200, type: "application/json", bytes: Buffer.from(JSON.stringify({ build, files: entries })) });
  return { build, files };
}

/** Serves the built site until it is closed. */
export async function serve() {
  let files = new Map();
  let isDown = false;
  const asked = [];
  const server = createServer(async (request, response) => {
    if (isDown) return request.socket.destroy();
    const path = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html";
    asked.push(path);
    try {
      const { status, type, bytes } = files.get(path) ?? await original(path);
      response.writeHead(status, { "content-type": type, "content-length": bytes.length, "cache-control": "no-cache" }).end(bytes);
    } catch {
      response.writeHead(502).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, "localhost", resolve); });
  // A test that fails leaves it open; that must not keep the process of the tests alive.
  server.unref();
  return {
    address: `http://localhost:${server.address().port}/`,
    /** Paths in the order in which they were asked for. */
    asked,
    /** From now on another build is served, or single files of one. */
    renew: (next) => { files = next; },
    /** Takes the network away, or gives it back. */
    setDown: (down) => {
      isDown = down;
      if (down) server.closeAllConnections();
    },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}
