// Downloads a WebAssembly file with progress and compiles it while it arrives.

/**
 * @param {URL} address
 * @param {(done: number, total: number | null) => void} onProgress bytes so far, and in all where known
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchWasm(address, onProgress) {
  const answer = await fetch(address);
  if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status} for ${address.pathname}`);
  // With compression the header tells the compressed size, but the stream delivers the plain one.
  const plain = !answer.headers.get("content-encoding");
  const total = plain ? Number(answer.headers.get("content-length")) || null : null;
  let done = 0;
  const counted = answer.body.pipeThrough(new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      onProgress(done, total);
      controller.enqueue(chunk);
    },
  }));
  const headers = { "content-type": "application/wasm" };
  return WebAssembly.compileStreaming(new Response(counted, { headers }));
}
