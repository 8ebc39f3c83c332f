// Reads the drawing that an address holds, as `src/app/draw/code.rs` writes it.

/** Largest coordinate of the canvas. */
const GRID = 1023;

function numbers(bytes) {
  let next = 0;
  return {
    ended: () => next >= bytes.length,
    byte: () => bytes[next++],
    /** Seven bits a byte, the lowest first; the eighth says that more follow. */
    varint() {
      let [value, shift, byte] = [0, 0, 0];
      do {
        byte = bytes[next++];
        value += (byte & 0x7f) << shift;
        shift += 7;
      } while (byte & 0x80);
      return value;
    },
    /** 0, 1, 2, 3 stand for 0, -1, 1, -2. */
    signed() {
      const value = this.varint();
      return (value >> 1) ^ -(value & 1);
    },
  };
}

/**
 * The strokes of the drawing in an address, point by point in units of the canvas.
 * @returns {[number, number][][]}
 */
export function strokesOf(address) {
  const code = new URL(address).searchParams.get("drawing") ?? "";
  const reader = numbers(Buffer.from(code.slice(1), "base64url"));
  const strokes = [];
  while (!reader.ended()) {
    reader.byte();
    let [x, y] = [0, 0];
    strokes.push(Array.from({ length: reader.varint() }, () => {
      x += reader.signed();
      y += reader.signed();
      return [x / GRID, y / GRID];
    }));
  }
  return strokes;
}
