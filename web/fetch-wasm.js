// Downloads a WebAssembly file with progress and compiles it while it arrives.

const TYPE = "application/wasm";

/**
 * @param {URL} address
 * @param {(done: number, total: number | null) => void} onProgress bytes so far, and in all where known
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchWasm(address, onProgress) {
  // Whatever the server says about its files: not an older program than the one that asks for it.
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status} for ${address.pathname}`);
  count(answer.clone(), onProgress);
  // The browser keeps compiled code only for an answer as it came over the network.
  const type = answer.headers.get("content-type")?.split(";")[0].trim();
  if (type === TYPE) return WebAssembly.compileStreaming(answer);
  return WebAssembly.compileStreaming(new Response(answer.body, { headers: { "content-type": TYPE } }));
}

/** Reads a copy of the answer alongside; if it breaks off, the other one says so. */
async function count(answer, onProgress) {
  // With compression the header gives the compressed size, but the stream delivers the plain one.
  const plain = !answer.headers.get("content-encoding");
  const total = plain ? Number(answer.headers.get("content-length")) || null : null;
  let done = 0;
  const counter = new WritableStream({
    write(chunk) {
      done += chunk.byteLength;
      onProgress(done, total);
    },
  });
  await answer.body.pipeTo(counter).catch(() => {});
}
