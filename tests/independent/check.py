"""Evaluates the shipped weights without any code of the project: numpy, the safetensors files and their documentation.

Run: python tests/independent/check.py (needs numpy and Pillow; the project's own numbers come from `cargo run --release`,
or from the program named in the variable TAYLORNET). Exits with 1 and says what differs.

Documentation followed (README, "Weights on disk"): a block is a 3x3 convolution with padding 1, then the CG operation:
per channel the monomials of the cluster's taps (the taps row by row, then products x_i*x_j with i <= j in lexicographic
order), then one linear map. A direct expansion is one such operation whose cluster is the whole image. Images of 28x28 become 7x7 with a triangle filter of 4 times its support, in whole numbers.
"""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import time

import numpy as np
from PIL import Image

from layers import coarse_grain, convolve, expand
from series import ORDER, truncations_of

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
    "taylornet-28-nested": (0.994, 1.0, True),
    "taylornet-7-nested": (0.982, 1.0, True),
    "taylornet-28-scale": (0.993, 1.0, True),
    "taylornet-7-scale": (0.975, 1.0, True),
    "resnet-7": (0.988, 1.0, False),
    "resnet-light": (0.990, 1.0, False),
    "resnet-18": (0.993, 1.0, False),
    "conv-28": (0.910, 0.928, True),
    "conv-7": (0.850, 0.928, True),
    "direct-1": (0.895, 0.928, True),
    "direct-2": (0.955, 1.0, True),
    "direct-3": (0.970, 1.0, True),
    "direct-4": (0.978, 1.0, True),
    "taylornet-cifar": (0.760, 1.0, True),
    "conv-cifar": (0.360, 0.430, True),
}
# Networks whose truncations are evaluated here, and the least test accuracy of those orders that are promised.
TRUNCATED = {
    "taylornet-7": {},
    "taylornet-28-nested": {2: 0.985, 3: 0.990},
    "taylornet-7-nested": {2: 0.970, 3: 0.978},
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


def read_rows(path):
    """Colour images of 32x32, one a row of a picture."""
    Image.MAX_IMAGE_PIXELS = None
    return np.asarray(Image.open(path).convert("RGB")).reshape(-1, 32, 32, 3)


def test_images(data_set):
    """The test images of a data set, [n, h, w] or [n, h, w, channels], and their labels."""
    folder = ASSETS / "data" / data_set
    if data_set == "cifar-10":
        labels = np.array(json.loads((folder / "test_lables.json").read_text()), np.uint8)
        return read_rows(folder / "test_batch.png"), labels
    return read_idx(folder / "t10k-images-idx3-ubyte"), read_idx(folder / "t10k-labels-idx1-ubyte")


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


def logits_of(description, tensors, pixels):
    network = description["network"]
    values = pixels.astype(np.float32) * np.float32(description["pixel_scale"]) + np.float32(description["pixel_offset"])
    if network["kind"] == "direct":
        return expand(values.reshape(len(values), -1), tensors["cg.weight"], tensors["cg.bias"], network["order"])
    if values.ndim == 3:
        values = values[..., None]  # [n, h, w, 1]
    if network.get("mirrored"):
        return (stack_of(network, tensors, values) + stack_of(network, tensors, values[:, :, ::-1])) / 2
    return stack_of(network, tensors, values)


def stack_of(network, tensors, values):
    """The levels and the last layer, on images [n, h, w, channels]."""
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
    if name.endswith("-scale"):
        check_scales(name, description, tensors)
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


def check_scales(name, description, tensors):
    """Eq. 4: the coefficients of the coarse-graining operation are the same at every level."""
    levels = range(len(description["network"]["blocks"]))
    kinds = ("cg.weight", "cg.bias")
    same = all(np.array_equal(tensors[f"blocks.{level}.{kind}"], tensors[f"blocks.0.{kind}"]) for level in levels for kind in kinds)
    claim(same and len(levels) > 1, f"{name}: all {len(levels)} levels have the same coefficients")


def check_truncations(manifest, name, images, labels, point):
    """Accuracy of the truncations about the mean training image, beside the manifest's and the promised ones."""
    spectra = [report for report in manifest["polynomial"]["spectra"] if report["model"] == name]
    report = next((report for report in spectra if report.get("about") == "mean"), None)
    if report is None:
        claim(False, f"{name}: the manifest has no truncations about the mean image; run `taylornet expand figures`")
        return
    started = time.time()
    entry = next(entry for entry in manifest["models"] if entry["name"] == name)
    description, tensors = read_safetensors(ASSETS / entry["file"])
    side = description["network"]["input"]["height"]
    pixels, point = (part if side == part.shape[1] else reduce(part, side) for part in (images, point[None]))
    steps = range(0, len(pixels), BATCH)
    answers = [truncations_of(description, tensors, pixels[at : at + BATCH], point[0]).argmax(2) for at in steps]
    found = (np.concatenate(answers, axis=1) == labels).sum(axis=1)
    told = [round(share * len(labels)) for share in report["truncation_accuracy"][: ORDER + 1]]
    holds = report["images"] == len(labels) and all(abs(a - b) <= COUNT_TOLERANCE for a, b in zip(found, told))
    sentence = f"{name}: truncations of order 0 to {ORDER} about the mean image: numpy finds {found.tolist()} right"
    claim(holds, f"{sentence}, the manifest says {told} ({time.time() - started:.0f} s)")
    for order, least in TRUNCATED[name].items():
        share = found[order] / len(labels)
        claim(share >= least, f"{name}: truncation {order} has {share:.2%}, promised are {least:.1%}")


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
    images, labels = test_images("mnist")
    training = read_idx(ASSETS / "data/mnist/train-images-idx3-ubyte")
    # Halves are rounded up.
    mean = (2 * training.sum(axis=0, dtype=np.int64) + len(training)) // (2 * len(training))
    chosen = sys.argv[1:] or list(BARS)
    for name in chosen:
        if name not in entries:
            claim(False, f"{name}: is not in the manifest; train it with `taylornet train --model {name}`")
        elif name.endswith("-cifar"):
            check(entries[name], *test_images("cifar-10"))
        else:
            check(entries[name], images, labels)
            if name in TRUNCATED:
                check_truncations(manifest, name, images, labels, mean)
    if "direct-2" in chosen:
        check_pruning(manifest, images, labels)
    if problems:
        sys.exit(f"error: {len(problems)} of the shipped weights' promises do not hold; see WRONG above")
    print("the shipped weights are what the manifest and the documentation say")


if __name__ == "__main__":
    main()
