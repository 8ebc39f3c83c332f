"""The polynomial of a trained network about an image other than black, beside numpy and as other programs read it.

1. Coefficients: numpy evaluates the folded network from the safetensors file, in 64 bits, along lines through x0. On a line
   the network is a polynomial of degree 8 in one number; values at nine places give its coefficients, and those of all
   lines through one or two pixels give every coefficient of first and second order.
2. Small random stacks: sympy multiplies them out in exact fractions with x0 + delta for every pixel, and every coefficient of
   first and second order is compared.
3. What is written: formulas, programs and tables, evaluated at a digit, give what the orders 0 to 2 contribute to its score.
   The expansion point is read from what is written, from nowhere else.
"""
import csv
import io
import itertools
import json
import pathlib
import struct
import tempfile
import zlib

import numpy as np
import sympy

from common import ROOT, claim, taylornet
from written import check_c, check_latex, check_mathml, check_python, check_rust, check_text

NAME = "taylornet-7"
FILE = f"assets/models/{NAME}.safetensors"
CLASS = 7
SIDE = 7
DEGREE = 8
TOLERANCE = 1e-9  # of the largest coefficient
BATCH = 500


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    about = json.loads(header.pop("__metadata__")["taylornet"])
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        assert entry["dtype"] == "F32"
        tensors[name] = np.frombuffer(raw[begin:end], "<f4").astype(float).reshape(entry["shape"])
    return about, tensors


def convolve(values, weight, bias):
    """3x3 with padding 1, [n, h, w, c]."""
    height, width = values.shape[1:3]
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)))
    shifts = itertools.product(range(3), range(3))
    return bias + sum(padded[:, r : r + height, c : c + width] @ weight[:, :, r, c].T for r, c in shifts)


def coarse_grain(values, weight, bias, cg):
    """All products of up to two taps, channel by channel; strides are 1."""
    (rows, columns), step = cg["cluster"], cg["dilation"]
    assert cg["stride"] == [1, 1] and cg["order"] == 2 and cg["sharing"] == "shared"
    high, wide = values.shape[1] - step * (rows - 1), values.shape[2] - step * (columns - 1)
    places = [(step * r, step * c) for r in range(rows) for c in range(columns)]
    taps = [values[:, top : top + high, left : left + wide] for top, left in places]
    monomials = taps + [one * other for one, other in itertools.combinations_with_replacement(taps, 2)]
    return bias + sum(monomial @ weight[:, :, place].T for place, monomial in enumerate(monomials))


class Network:
    """The folded network as the README documents it."""

    def __init__(self, path):
        about, self.tensors = read_safetensors(path)
        self.blocks = about["network"]["blocks"]
        assert about["pixel_offset"] == 0 and abs(255 * about["pixel_scale"] - 1) < 1e-6

    def scores(self, pixels):
        return np.concatenate([self.batch(pixels[at : at + BATCH]) for at in range(0, len(pixels), BATCH)])

    def batch(self, pixels):
        values = pixels.reshape(-1, SIDE, SIDE, 1)
        for index, block in enumerate(self.blocks):
            part = lambda name: [self.tensors[f"blocks.{index}.{name}.{kind}"] for kind in ("weight", "bias")]
            values = coarse_grain(convolve(values, *part("conv")), *part("cg"), block["cg"])
        flat = values.transpose(0, 3, 1, 2).reshape(len(values), -1)
        return flat @ self.tensors["head.weight"].T + self.tensors["head.bias"]


def low_orders(network, point, directions):
    """Coefficients of s and s^2 in f(x0 + s v) for every direction v, each [direction, class]."""
    places = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))
    images = point + places[None, :, None] * directions[:, None, :]
    scores = network.scores(images.reshape(-1, SIDE * SIDE)).reshape(len(directions), DEGREE + 1, -1)
    inverse = np.linalg.inv(np.vander(places, increasing=True))
    return [np.einsum("s,dsc->dc", inverse[order], scores) for order in (1, 2)]


def check_coefficients(about):
    words = ["--json", "expand", "network", FILE, "--about", about, "--coefficients", "2"]
    said = json.loads(taylornet(*words))
    network, point, count = Network(ROOT / FILE), np.array(said["point"]), SIDE * SIDE
    pixels = np.eye(count)
    pairs = list(itertools.combinations_with_replacement(range(count), 2))
    first, squares = low_orders(network, point, pixels)
    both = low_orders(network, point, np.array([pixels[i] + pixels[j] for i, j in pairs]))[1]
    second = np.array([
        squares[i] if i == j else along - squares[i] - squares[j] for (i, j), along in zip(pairs, both)
    ])
    expected = {"constant": network.scores(point[None])[0], "first": first.T, "second": second.T}
    for name, values in expected.items():
        difference = np.abs(np.array(said[name]) - values.reshape(-1)).max() / np.abs(values).max()
        claim(difference <= TOLERANCE, f"numpy, {NAME} about {about}: {values.size} of {name}, {difference:.1e} apart")


def small_stack(path, seed):
    """Writes a stack of two levels on 7x7 pixels; weights are multiples of 1/64, most of the convolution's are zero."""
    about, _ = read_safetensors(ROOT / FILE)
    draw = np.random.default_rng(seed)
    weight = lambda *shape: draw.integers(-64, 65, shape) / 64
    few = lambda *shape: weight(*shape) * (draw.random(shape) < 0.35)
    channels = [1, 2, 2]
    tensors = {}
    for index, block in enumerate(about["network"]["blocks"][:2]):
        block["channels"], block["cg"]["dilation"] = 2, [5, 1][index]
        tensors[f"blocks.{index}.conv.weight"] = few(2, channels[index], 3, 3)
        tensors[f"blocks.{index}.conv.bias"] = weight(2)
        tensors[f"blocks.{index}.cg.weight"] = weight(2, 2, 14)
        tensors[f"blocks.{index}.cg.bias"] = weight(2)
    about["network"]["blocks"] = about["network"]["blocks"][:2]
    tensors["head.weight"], tensors["head.bias"] = weight(10, 2), weight(10)
    header, body = {"__metadata__": {"taylornet": json.dumps({**about, "name": "small"})}}, b""
    for name, values in tensors.items():
        raw = values.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + body)
    return about["network"]["blocks"], tensors


def multiplied_out(blocks, tensors, point):
    """The ten scores as polynomials of the 49 differences, in exact fractions."""
    ring, *differences = sympy.ring([f"d{place}" for place in range(SIDE * SIDE)], sympy.QQ)
    exact = lambda number: sympy.QQ(*float(number).as_integer_ratio())
    pixels = [exact(zero) + difference for zero, difference in zip(point, differences)]
    maps, high = [[pixels[row * SIDE : (row + 1) * SIDE] for row in range(SIDE)]], SIDE
    total = lambda bias, terms: sum((term * exact(factor) for factor, term in terms if factor), ring(exact(bias)))
    for index, block in enumerate(blocks):
        conv, cg = ([tensors[f"blocks.{index}.{name}.{kind}"] for kind in ("weight", "bias")] for name in ("conv", "cg"))
        inside = lambda row, column: 0 <= row < high and 0 <= column < high
        maps = [[[total(conv[1][o], [
            (conv[0][o, i, r, c], channel[row + r - 1][column + c - 1])
            for i, channel in enumerate(maps) for r in range(3) for c in range(3) if inside(row + r - 1, column + c - 1)
        ]) for column in range(high)] for row in range(high)] for o in range(len(conv[1]))]
        step = block["cg"]["dilation"]
        high -= step
        monomials = lambda channel, row, column: (
            (taps := [channel[row + r][column + c] for r in (0, step) for c in (0, step)])
            + [one * other for one, other in itertools.combinations_with_replacement(taps, 2)]
        )
        maps = [[[total(cg[1][o], [
            (cg[0][o, i, place], monomial)
            for i, channel in enumerate(maps) for place, monomial in enumerate(monomials(channel, row, column))
        ]) for column in range(high)] for row in range(high)] for o in range(len(cg[1]))]
    features = [value for channel in maps for row in channel for value in row]
    weight, bias = tensors["head.weight"], tensors["head.bias"]
    return [total(bias[c], list(zip(weight[c], features))) for c in range(len(bias))]


def check_small_stacks(folder):
    pairs = {pair: at for at, pair in enumerate(itertools.combinations_with_replacement(range(SIDE * SIDE), 2))}
    for seed in range(2):
        path = folder / f"small-{seed}.safetensors"
        blocks, tensors = small_stack(path, seed)
        for about in ["mean-3", "black"][: 2 - seed]:
            said = json.loads(taylornet("--json", "expand", "network", str(path), "--about", about, "--coefficients", "2"))
            point = said["point"] if about != "black" else [0.0] * SIDE**2
            expected = {"constant": np.zeros(10), "first": np.zeros((10, SIDE**2)), "second": np.zeros((10, len(pairs)))}
            for score, polynomial in enumerate(multiplied_out(blocks, tensors, point)):
                for powers, coefficient in polynomial.terms():
                    pixels = tuple(at for at, power in enumerate(powers) for _ in range(power))
                    if len(pixels) == 0:
                        expected["constant"][score] = coefficient
                    elif len(pixels) == 1:
                        expected["first"][score, pixels[0]] = coefficient
                    elif len(pixels) == 2:
                        expected["second"][score, pairs[pixels]] = coefficient
            for name, values in expected.items():
                assert np.abs(values).max() > 0, name
                difference = np.abs(np.array(said[name]) - values.reshape(-1)).max() / np.abs(values).max()
                claim(difference <= TOLERANCE, f"sympy, small stack {seed} about {about}: {values.size} of {name}, {difference:.1e} apart")


def write_digit(path):
    """A seven, light on dark, as a grey picture of 28x28."""
    rows = np.zeros((28, 28), np.uint8)
    rows[6:9, 7:21] = 230
    for row in range(9, 23):
        left = 19 - (row - 9) * 2 // 3
        rows[row, left - 1 : left + 2] = [120, 250, 140]
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


class WrittenNetwork:
    """The low orders of a score as the project writes them, at a digit; for the readers of `written`."""

    symbols, c = [], []

    def __init__(self, about, digit, order=2):
        self.about, self.order = about, order
        self.words = ["expand", "network", FILE, "--about", about, "--class", str(CLASS)]
        said = json.loads(taylornet("--json", *self.words, "--explain", str(digit), "--as-is"))
        self.x = said["image"]
        self.truth = sum(said["orders"][: order + 1])
        self.places = list(itertools.product(range(SIDE), range(SIDE)))

    def text(self, form):
        return taylornet(*self.words, "--coefficients", str(self.order), "--format", form)

    def is_moved(self):
        return self.about != "black"

    def without(self, point):
        """The variables at the digit, where x0 is what was found in what is written."""
        assert len(point) == (len(self.x) if self.is_moved() else 0), point
        return [value - zero for value, zero in zip(self.x, point)] if point else self.x

    def names(self, form, point):
        """Names of the variables with their values."""
        letter, name = {"latex": ("\\delta", "{}_{{{},{}}}"), "mathml": ("\u03b4", "{}{}_{}")}[form]
        letter = letter if self.is_moved() else "x"
        return {name.format(letter, *place): value for place, value in zip(self.places, self.without(point))}

    def values(self):
        """The pixels in plain text, where equations say what the variables are."""
        return {f"x_{row}_{column}": value for (row, column), value in zip(self.places, self.x)}

    def lists(self, opening, closing):
        return [opening + ", ".join(map(repr, self.x)) + closing]

    def claim(self, what, value):
        same = abs(float(value) - self.truth) <= 1e-9 * max(1.0, abs(self.truth))
        claim(same, f"{what}, {NAME} about {self.about}: {float(value):.12g} for {self.truth:.12g}")


def check_csv(written):
    table = list(csv.DictReader(io.StringIO(written.text("csv"))))
    lines = lambda kind: [row for row in table if row["class"] == kind]
    point = [float(row["coefficient"]) for row in lines(f"about {written.about}")]
    variables = written.without(point)
    total = 0.0
    for row in lines(str(CLASS)):
        factors = [variables[int(row[name])] for name in ("pixel_1", "pixel_2") if row[name]]
        total += float(row["coefficient"]) * float(np.prod(factors))
    written.claim("CSV", total)


def check_networks():
    check_coefficients("mean")
    check_coefficients("black")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_small_stacks(folder)
        digit = folder / "digit.png"
        write_digit(digit)
        for about in ("mean", "mean-7", "black"):
            written = WrittenNetwork(about, digit)
            check_python(written)
            check_c(written, folder)
            check_rust(written, folder)
            check_csv(written)
            check_text(written)
            check_mathml(written)
        # The parser would need minutes for second order.
        check_latex(WrittenNetwork("mean", digit, order=1))
