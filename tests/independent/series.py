"""Truncations of a network about an image, in numpy.

Along x0 + s (x - x0) every value of a network is a polynomial in s. Its coefficients up to s^ORDER are carried through
the layers, and the truncation of order k is the sum of the first k + 1 of them at the end.
"""
import itertools

import numpy as np

from layers import convolve, taps_of

ORDER = 3  # truncations are evaluated up to here


def times(a, b):
    """The product of two series in s, cut off after s^ORDER; a part that is missing is zero."""
    product = [None] * (ORDER + 1)
    for i, j in itertools.product(range(ORDER + 1), range(ORDER + 1)):
        if i + j <= ORDER and a[i] is not None and b[j] is not None:
            part = a[i] * b[j]
            product[i + j] = part if product[i + j] is None else product[i + j] + part
    return product


def coarse_grain_series(series, weight, bias, cg, order):
    """As coarse_grain, for maps that are series in s: at s^0 one image for all, at the other powers one for each."""
    count = cg["cluster"][0] * cg["cluster"][1]
    taps = list(zip(*([None] * count if part is None else taps_of(part, cg) for part in series)))  # [tap][power]
    choices = [m for degree in range(1, order + 1) for m in itertools.combinations_with_replacement(taps, degree)]
    features = []  # [monomial][power]
    for first, *others in choices:
        feature = list(first)
        for factor in others:
            feature = times(feature, factor)
        features.append(feature)
    sums = []
    for parts in zip(*features):
        present = [place for place, values in enumerate(parts) if values is not None]
        matrix = weight[:, :, present].transpose(2, 1, 0).reshape(-1, bias.size)
        sums.append(np.concatenate([parts[place] for place in present], axis=-1) @ matrix if present else None)
    return [sums[0] + bias] + sums[1:]


def truncations_of(description, tensors, pixels, point):
    """Logits of the truncations of order 0 to ORDER about the point (pixels, too): [ORDER + 1, n, classes]."""
    scale, offset = np.float32(description["pixel_scale"]), np.float32(description["pixel_offset"])
    origin, values = (part.astype(np.float32)[..., None] * scale + offset for part in (point[None], pixels))
    series = [origin, values - origin] + [None] * (ORDER - 1)
    for index, block in enumerate(description["network"]["blocks"]):
        name = f"blocks.{index}"
        weight, bias = tensors[f"{name}.conv.weight"], tensors[f"{name}.conv.bias"]
        biases = [bias] + [0] * ORDER
        series = [None if part is None else convolve(part, weight, own) for part, own in zip(series, biases)]
        order = block["cg"]["order"] if block["operation"] == "cg" else 1
        weight, bias = tensors[f"{name}.cg.weight"], tensors[f"{name}.cg.bias"]
        series = coarse_grain_series(series, weight, bias, block["cg"], order)
    logits = np.zeros((ORDER + 1, len(pixels), len(tensors["head.bias"])), np.float32)
    logits[0] = tensors["head.bias"]
    for power, part in enumerate(series):
        if part is not None:
            logits[power] += part.transpose(0, 3, 1, 2).reshape(len(part), -1) @ tensors["head.weight"].T
    return np.cumsum(logits, axis=0)
