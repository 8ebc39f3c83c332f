// A smaller training set, so that the memory of the worker is that of its steps.
import { gunzipSync, gzipSync } from "node:zlib";

/** More than the largest batch. */
const COUNT = 256;
/** Bytes before the first item, and bytes of an item. */
const FILES = {
  "train-images-idx3-ubyte.gz": [16, 28 * 28],
  "train-labels-idx1-ubyte.gz": [8, 1],
};
/** Where an IDX file says how many items it has. */
const COUNT_AT = 4;

/** Answers a page and its worker with the first images and labels instead of all. */
export async function serveFewImages(page) {
  for (const [name, [header, item]] of Object.entries(FILES)) {
    await page.route(`**/${name}`, async (route) => {
      const whole = gunzipSync(await (await route.fetch()).body());
      const first = Buffer.from(whole.subarray(0, header + COUNT * item));
      first.writeUInt32BE(COUNT, COUNT_AT);
      await route.fulfill({ contentType: "application/gzip", body: gzipSync(first) });
    });
  }
}
