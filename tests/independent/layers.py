"""The layers of the shipped networks in plain numpy, as the documentation has them (README, "Weights on disk")."""
import itertools

import numpy as np


def convolve(images, weight, bias):
    """3x3 with padding 1; images are [n, h, w, c], the weight [out, c, 3, 3]."""
    n, h, w, channels = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    patches = np.empty((n, h, w, 9, channels), np.float32)
    for row, column in itertools.product(range(3), range(3)):
        patches[:, :, :, 3 * row + column] = padded[:, row : row + h, column : column + w]
    matrix = weight.transpose(2, 3, 1, 0).reshape(9 * channels, -1)
    return (patches.reshape(-1, 9 * channels) @ matrix + bias).reshape(n, h, w, -1)


def taps_of(images, cg):
    """The taps of all clusters, row by row: one [n, high, wide, c] for each tap."""
    _, h, w, _ = images.shape
    (rows, columns), (down, right), dilation = cg["cluster"], cg["stride"], cg["dilation"]
    high, wide = (h - dilation * (rows - 1) - 1) // down + 1, (w - dilation * (columns - 1) - 1) // right + 1
    taps = []
    for row, column in itertools.product(range(rows), range(columns)):
        top, left = row * dilation, column * dilation
        taps.append(images[:, top : top + (high - 1) * down + 1 : down, left : left + (wide - 1) * right + 1 : right])
    return taps


def coarse_grain(images, weight, bias, cg, order):
    """Each cluster of taps becomes a polynomial of the given order; the weight is [out, c, monomials]."""
    taps = taps_of(images, cg)
    n, high, wide, channels = taps[0].shape
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
