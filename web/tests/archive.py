"""Compares an archive that the Distil room saved with the shipped files: archive.py ARCHIVE FOLDER LEVEL...

Reads zip and PNG with Python's own library; prints how many images are the same.
"""

import json
import struct
import sys
import zipfile
import zlib

SIDE = 28


def paeth(left, up, corner):
    """The one of three neighbours that is nearest to left + up - corner."""
    near = [(abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner)]
    return min(near)[2]


def unfiltered(kind, row, above):
    """A row of a PNG as it was before its filter."""
    if kind == 2:
        return bytes((value + up) & 255 for value, up in zip(row, above))
    out = bytearray(row)
    for x, up in enumerate(above if kind else b""):
        left, corner = (out[x - 1], above[x - 1]) if x else (0, 0)
        guess = left if kind == 1 else (left + up) // 2 if kind == 3 else paeth(left, up, corner)
        out[x] = (row[x] + guess) & 255
    return bytes(out)


def grey_rows(png):
    """Rows of a PNG of 8-bit grey."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, size, data = 8, None, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            *size, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlaced) == (8, 0, 0)
        data += body if kind == b"IDAT" else b""
        at += length + 12
    width, height = size
    raw, rows = zlib.decompress(data), [bytes(width)]
    for start in range(0, height * (width + 1), width + 1):
        rows.append(unfiltered(raw[start], raw[start + 1:start + 1 + width], rows[-1]))
    return rows[1:]


def main():
    archive, folder, *levels = sys.argv[1:]
    archive = zipfile.ZipFile(archive)
    assert archive.testzip() is None
    expected = {"index.json", "tree.json"}
    for name in sorted(expected):
        with open(f"{folder}/{name}", "rb") as file:
            assert archive.read(name) == file.read(), name
    per_class = json.loads(archive.read("index.json"))["config"]["per_class"]
    for level in map(int, levels):
        with open(f"{folder}/level-{level}.png", "rb") as file:
            sprite = grey_rows(file.read())
        for label in range(10):
            for number in range(per_class[level - 1]):
                name = f"level-{level}/class-{label}/{number}.png"
                expected.add(name)
                rows = sprite[number * SIDE:(number + 1) * SIDE]
                own = [row[label * SIDE:(label + 1) * SIDE] for row in rows]
                assert grey_rows(archive.read(name)) == own, name
    assert sorted(archive.namelist()) == sorted(expected)
    print(len(expected) - 2)


main()
