"""Training steps of taylornet-28 in JAX on the CPU, to stand beside ours.

The network is that of `NetworkConfig::named("taylornet-28")` with batch normalisation, the images are those of
`taylornet bench`, and the update is AdamW; ours also follows a cycle of learning rates and clips the gradient.
XLA runs with the flags it has by default.

Prints one line of JSON that says what it is. Then answers each line `BATCH STEPS` on its input with one line of JSON:
milliseconds of every step, from the bytes of the pixels to the number of the loss, and the last loss.
"""

import itertools
import json
import math
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

SIDE, WIDTH, CLASSES = 28, 64, 10
# Stride and dilation of the 2x2 clusters; the maps shrink to 14, 7, 4 and 2.
LEVELS = ((2, 1), (1, 7), (1, 3), (2, 1))
MONOMIALS, LAST_SIDE = 14, 2
EPSILON, MOMENTUM = 1e-5, 0.9
LEARNING_RATE, WEIGHT_DECAY = 4e-3, 1e-2


def images(count):
    """The stripes of `taylornet bench`: bytes [count, 28, 28, 1] and labels."""
    labels = np.arange(count) % CLASSES
    positions = np.arange(SIDE * SIDE)
    pixels = positions * (labels[:, None] + 1) * 7 % 256
    return pixels.astype(np.uint8).reshape(count, SIDE, SIDE, 1), labels.astype(np.int32)


def normal(key, *shape):
    """Variance one over the number of inputs, which are all axes but the last."""
    return jax.random.normal(key, shape) / math.sqrt(math.prod(shape[:-1]))


def initial_parameters(key):
    keys = iter(jax.random.split(key, 2 * len(LEVELS) + 1))
    levels, channels = [], 1
    for _ in LEVELS:
        levels.append({
            "conv": normal(next(keys), 3, 3, channels, WIDTH), "conv_bias": jnp.zeros(WIDTH),
            "scale": jnp.ones(WIDTH), "shift": jnp.zeros(WIDTH),
            "cg": normal(next(keys), MONOMIALS * WIDTH, WIDTH), "cg_bias": jnp.zeros(WIDTH),
        })
        channels = WIDTH
    head = normal(next(keys), LAST_SIDE * LAST_SIDE * WIDTH, CLASSES)
    return {"levels": levels, "head": head, "head_bias": jnp.zeros(CLASSES)}


def convolution(maps, kernel, bias):
    axes = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(maps, kernel, (1, 1), "SAME", dimension_numbers=axes) + bias


def coarse_graining(maps, weight, bias, stride, dilation):
    """All monomials of first and second order of every cluster, and one matrix."""
    reach = maps.shape[1] - dilation
    starts = itertools.product((0, dilation), repeat=2)
    taps = [maps[:, y:y + reach:stride, x:x + reach:stride] for y, x in starts]
    products = [a * b for a, b in itertools.combinations_with_replacement(taps, 2)]
    return jnp.concatenate(taps + products, axis=-1) @ weight + bias


def forward(parameters, maps):
    """Logits, and mean and variance of every normalisation."""
    statistics = []
    for level, (stride, dilation) in zip(parameters["levels"], LEVELS):
        maps = convolution(maps, level["conv"], level["conv_bias"])
        mean, variance = maps.mean((0, 1, 2)), maps.var((0, 1, 2))
        statistics.append((mean, variance))
        maps = (maps - mean) * (level["scale"] * jax.lax.rsqrt(variance + EPSILON)) + level["shift"]
        maps = coarse_graining(maps, level["cg"], level["cg_bias"], stride, dilation)
    return maps.reshape(maps.shape[0], -1) @ parameters["head"] + parameters["head_bias"], statistics


OPTIMIZER = optax.adamw(LEARNING_RATE, weight_decay=WEIGHT_DECAY)


@jax.jit
def step(parameters, running, state, pixels, labels):
    def loss_and_statistics(parameters):
        logits, statistics = forward(parameters, pixels)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean(), statistics

    (loss, statistics), gradient = jax.value_and_grad(loss_and_statistics, has_aux=True)(parameters)
    updates, state = OPTIMIZER.update(gradient, state, parameters)
    running = jax.tree.map(lambda old, new: MOMENTUM * old + (1 - MOMENTUM) * new, running, statistics)
    return optax.apply_updates(parameters, updates), running, state, loss


class Run:
    """A training run with batches of one size."""

    def __init__(self, batch):
        self.pixels, self.labels = images(batch)
        self.parameters = initial_parameters(jax.random.key(0))
        self.running = [(jnp.zeros(WIDTH), jnp.ones(WIDTH)) for _ in LEVELS]
        self.state = OPTIMIZER.init(self.parameters)

    def step(self):
        started = time.perf_counter()
        pixels = self.pixels.astype(np.float32) / 255
        self.parameters, self.running, self.state, loss = step(
            self.parameters, self.running, self.state, pixels, self.labels)
        jax.block_until_ready(self.parameters)
        return (time.perf_counter() - started) * 1e3, float(loss)


def say(what):
    print(json.dumps(what), flush=True)


def main():
    shapes = jax.eval_shape(initial_parameters, jax.random.key(0))
    parameters = sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(shapes))
    say({"version": jax.__version__, "device": str(jax.devices()[0].platform), "parameters": parameters})
    runs = {}
    for line in sys.stdin:
        batch, steps = map(int, line.split())
        run = runs.get(batch) or Run(batch)
        runs[batch] = run
        done = [run.step() for _ in range(steps)]
        say({"steps_ms": [ms for ms, _ in done], "losses": [loss for _, loss in done]})


if __name__ == "__main__":
    main()
