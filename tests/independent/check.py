"""Evaluates the shipped weights without any code of the project: numpy, the safetensors files and their documentation.

Run: python tests/independent/check.py (needs numpy; the project's own numbers come from `cargo run --release`,
or from the program named in the variable TAYLORNET). Exits with 1 and says what differs.

Documentation followed (README, "Weights on disk"): a block is a 3x3 convolution with padding 1, then the CG operation:
per channel the monomials of the cluster's taps (the taps row by row, then products x_i*x_j with i <= j in lexicographic
order), then one linear map. A direct expansion is one such operation whose cluster is the whole image. Images of 28x28 become 7x7 with a triangle filter of 4 times its support, in whole numbers.
"""
import hashlib
import itertools
import json
import os
import pathlib
import struct
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
BATCH = 250
BATCH_OF_EXPANSION = 50  # 293,000 numbers for each image
LOGITS = 100  # images whose logits are compared with the project's
LOGIT_TOLERANCE = 1e-4  # of the largest logit
COUNT_TOLERANCE = 2  # of 10,000 images: ties that rounding decides
# Least and largest test accuracy of each shipped network, and whether its file is evaluated here.
BARS = {
    "taylornet-28": (0.995, 1.0, True),
    "taylornet-7": (0.983, 1.0, True),
    "resnet-7": (0.988, 1.0, False),
    "resnet-light": (0.990, 1.0, False),
    "resnet-18": (0.993, 1.0, False),
    "conv-28": (0.910, 0.928, True),
    "conv-7": (0.0, 0.928, True),
    "direct-1": (0.895, 0.928, True),
    "direct-2": (0.955, 1.0, True),
    "direct-3": (0.970, 1.0, True),
    "direct-4": (0.978, 1.0, True),
}
problems = []


def claim(holds, sentence):
    print(("ok    " if holds else "WRONG ") + sentence, flush=True)
    if not holds:
        problems.append(sentence)


def read_safetensors(path):
    """Metadata and tensors of a file: eight bytes of length, a JSON header, then the numbers."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": "<f4", "F16": "<f2"}
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(raw[begin:end], dtype=kinds[entry["dtype"]]).astype(np.float32)
        tensors[name] = values.reshape(entry["shape"])
    return json.loads(metadata["taylornet"]), tensors


def read_idx(path):
    raw = path.read_bytes()
    rank = raw[3]
    shape = struct.unpack(f">{rank}I", raw[4 : 4 + 4 * rank])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def triangle_weights(size, target):
    """Weights of a bilinear reduction with antialiasing, in units of 2^-22, as Pillow has them."""
    scale = size / target
    weights = np.zeros((target, size), np.int64)
    for row in range(target):
        centre = (row + 0.5) * scale
        first, last = max(int(centre - scale + 0.5), 0), min(int(centre + scale + 0.5), size)
        share = np.array([max(0.0, 1.0 - abs((at - centre + 0.5) / scale)) for at in range(first, last)])
        weights[row, first:last] = np.floor(share / share.sum() * (1 << 22) + 0.5)
    return weights


def reduce(images, side):
    """Columns first, then rows, each rounded to whole numbers from 0 to 255."""
    weights = triangle_weights(images.shape[-1], side)
    half = 1 << 21
    narrow = np.clip((images.astype(np.int64) @ weights.T + half) >> 22, 0, 255)
    small = np.clip((np.swapaxes(narrow, 1, 2) @ weights.T + half) >> 22, 0, 255)
    return np.swapaxes(small, 1, 2)


def convolve(images, weight, bias):
    """3x3 with padding 1; images are [n, h, w, c], the weight [out, c, 3, 3]."""
    n, h, w, channels = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    patches = np.empty((n, h, w, 9, channels), np.float32)
    for row, column in itertools.product(range(3), range(3)):
        patches[:, :, :, 3 * row + column] = padded[:, row : row + h, column : column + w]
    matrix = weight.transpose(2, 3, 1, 0).reshape(9 * channels, -1)
    return (patches.reshape(-1, 9 * channels) @ matrix + bias).reshape(n, h, w, -1)


def coarse_grain(images, weight, bias, cg, order):
    """Each cluster of taps becomes a polynomial of the given order; the weight is [out, c, monomials]."""
    n, h, w, channels = images.shape
    (rows, columns), (down, right), dilation = cg["cluster"], cg["stride"], cg["dilation"]
    high, wide = (h - dilation * (rows - 1) - 1) // down + 1, (w - dilation * (columns - 1) - 1) // right + 1
    taps = []
    for row, column in itertools.product(range(rows), range(columns)):
        top, left = row * dilation, column * dilation
        taps.append(images[:, top : top + (high - 1) * down + 1 : down, left : left + (wide - 1) * right + 1 : right])
    choices = [m for degree in range(1, order + 1) for m in itertools.combinations_with_replacement(taps, degree)]
    features = np.empty((n, high, wide, len(choices), channels), np.float32)
    for place, factors in enumerate(choices):
        features[:, :, :, place] = factors[0]
        for factor in factors[1:]:
            features[:, :, :, place] *= factor
    assert weight.shape == (bias.size, channels, len(choices)), f"unexpected shape {weight.shape}"
    matrix = weight.transpose(2, 1, 0).reshape(len(choices) * channels, -1)
    return (features.reshape(-1, len(choices) * channels) @ matrix + bias).reshape(n, high, wide, -1)


def expand(pixels, weight, bias, order):
    """All monomials of the pixels [n, 49] up to the order, degree by degree, times their coefficients [10, 1, terms]."""
    n, count = pixels.shape
    sums = np.tile(bias, (n, 1))
    degree, smallest, used = np.ones((n, 1), np.float32), np.array([count]), 0
    for _ in range(order):
        # x_i times every product of one degree less whose factors are not before i; 1 has no factors
        chosen = [np.flatnonzero(smallest >= i) for i in range(count)]
        degree = np.concatenate([pixels[:, i : i + 1] * degree[:, which] for i, which in enumerate(chosen)], axis=1)
        smallest = np.concatenate([np.full(len(which), i) for i, which in enumerate(chosen)])
        sums += degree @ weight[:, 0, used : used + degree.shape[1]].T
        used += degree.shape[1]
    assert weight.shape == (bias.size, 1, used), f"unexpected shape {weight.shape}"
    return sums


def logits_of(description, tensors, pixels):
    network = description["network"]
    values = pixels.astype(np.float32) * np.float32(description["pixel_scale"]) + np.float32(description["pixel_offset"])
    if network["kind"] == "direct":
        return expand(values.reshape(len(values), -1), tensors["cg.weight"], tensors["cg.bias"], network["order"])
    values = values[..., None]  # [n, h, w, 1]
    for index, block in enumerate(network["blocks"]):
        name = f"blocks.{index}"
        assert block["cg"]["sharing"] == "shared", "untied coefficients are not shipped"
        values = convolve(values, tensors[f"{name}.conv.weight"], tensors[f"{name}.conv.bias"])
        order = block["cg"]["order"] if block["operation"] == "cg" else 1
        values = coarse_grain(values, tensors[f"{name}.cg.weight"], tensors[f"{name}.cg.bias"], block["cg"], order)
    flat = values.transpose(0, 3, 1, 2).reshape(len(values), -1)
    return flat @ tensors["head.weight"].T + tensors["head.bias"]


def project(*arguments):
    """What the project's own program says, as JSON."""
    program = [os.environ["TAYLORNET"]] if "TAYLORNET" in os.environ else \
        ["cargo", "run", "--quiet", "--release", "--bin", "taylornet", "--"]
    done = subprocess.run([*program, *arguments, "--json"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: `{' '.join(program + list(arguments))}` failed:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def check(entry, images, labels):
    name = entry["name"]
    path = ASSETS / entry["file"]
    claim(hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"], f"{name}: the file is the manifest's")
    (ours,) = project("evaluate", str(path), "--logits", str(LOGITS))
    right = round(ours["accuracy"] * len(labels))
    told = round(entry["test_accuracy"] * len(labels))
    claim(abs(right - told) <= COUNT_TOLERANCE, f"{name}: `evaluate` finds {right} right, the manifest says {told}")
    low, high, is_evaluated = BARS[name]
    claim(low <= entry["test_accuracy"] <= high, f"{name}: {entry['test_accuracy']:.2%} is in {low:.1%} .. {high:.1%}")
    if not is_evaluated:
        return
    started = time.time()
    description, tensors = read_safetensors(path)
    side = description["network"]["input"]["height"]
    pixels = images if side == images.shape[1] else reduce(images, side)
    step = BATCH_OF_EXPANSION if description["network"]["kind"] == "direct" else BATCH
    parts = [logits_of(description, tensors, pixels[at : at + step]) for at in range(0, len(pixels), step)]
    logits = np.concatenate(parts)
    found = int((logits.argmax(1) == labels).sum())
    seconds = time.time() - started
    claim(abs(found - told) <= COUNT_TOLERANCE, f"{name}: numpy finds {found} of {len(labels)} right ({seconds:.0f} s)")
    difference = float(np.abs(logits[:LOGITS] - np.array(ours["logits"])).max())
    largest = float(np.abs(logits[:LOGITS]).max())
    sentence = f"{name}: logits of {LOGITS} images, up to {largest:.0f}, differ by {difference:.1e} at most"
    claim(difference <= LOGIT_TOLERANCE * max(1.0, largest), sentence)


def check_pruning(manifest, images, labels):
    """The second-order network, pruned here again; all shares of the report."""
    report = next(report for report in manifest["direct"]["pruning"] if report["model"] == "direct-2")
    description, tensors = read_safetensors(ASSETS / "models/direct-2.safetensors")
    pixels = reduce(images, description["network"]["input"]["height"])
    weight = tensors["cg.weight"]
    terms = weight.shape[2]
    ranked = np.argsort(-np.abs(weight[:, 0]), axis=1, kind="stable")
    claim(report["terms"] == terms and report["images"] == len(labels), f"direct-2: {terms} coefficients can be pruned")
    for share, told in zip(report["kept"], report["accuracy"]):
        pruned = weight.copy()
        for kept, order in zip(pruned[:, 0], ranked):
            kept[order[int(terms * share + 0.5) :]] = 0
        logits = logits_of(description, {**tensors, "cg.weight": pruned}, pixels)
        found = int((logits.argmax(1) == labels).sum())
        holds = abs(found - told * len(labels)) <= COUNT_TOLERANCE
        claim(holds, f"direct-2: with {share:.0%} of the coefficients {found} are right, the manifest says {told:.2%}")


def main():
    manifest = json.loads((ASSETS / "manifest.json").read_text())
    entries = {entry["name"]: entry for entry in manifest["models"]}
    images = read_idx(ASSETS / "data/mnist/t10k-images-idx3-ubyte")
    labels = read_idx(ASSETS / "data/mnist/t10k-labels-idx1-ubyte")
    chosen = sys.argv[1:] or list(BARS)
    for name in chosen:
        if name not in entries:
            claim(False, f"{name}: is not in the manifest; train it with `taylornet train --model {name}`")
        else:
            check(entries[name], images, labels)
    if "direct-2" in chosen:
        check_pruning(manifest, images, labels)
    if problems:
        sys.exit(f"error: {len(problems)} of the shipped weights' promises do not hold; see WRONG above")
    print("the shipped weights are what the manifest and the documentation say")


if __name__ == "__main__":
    main()
