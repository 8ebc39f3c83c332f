// What browsers know about files and the page's language does not: folders that are dropped, and compressed entries of archives.

/**
 * The files of what was dropped, those in folders with their paths as `webkitRelativePath` has them: at most `most`.
 * Has to be called before the event is over.
 * @param {DataTransfer} transfer
 * @returns {Promise<{path: string, file: File}[]>}
 */
export async function dropped(transfer, most) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  const read = (entry, path) => new Promise((resolve) => {
    if (entry.isFile) entry.file((file) => { found.push({ path, file }); resolve(); }, resolve);
    else folder(entry.createReader(), path).then(resolve);
  });
  // A reader gives about a hundred entries at a time, and none at the end.
  const folder = async (reader, path) => {
    for (;;) {
      const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (some.length === 0 || found.length > most) return;
      for (const entry of some) await read(entry, `${path}/${entry.name}`);
    }
  };
  for (const entry of entries) await read(entry, entry.name);
  return found;
}

/**
 * What a raw deflate stream holds; breaks off above `most` bytes.
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function inflated(bytes, most) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`it holds more than ${most} bytes`);
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
