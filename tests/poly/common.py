"""Runs the program under test, reads its reports and keeps what is wrong."""
import fractions
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20220501
problems = []


def claim(holds, sentence):
    print(("ok    " if holds else "WRONG ") + sentence, flush=True)
    if not holds:
        problems.append(sentence)


def taylornet(*arguments):
    program = os.environ.get("TAYLORNET")
    command = [program] if program else ["cargo", "run", "--quiet", "--release", "--"]
    result = subprocess.run(command + list(arguments), cwd=ROOT, capture_output=True, text=True, timeout=600)
    if result.returncode:
        raise SystemExit(f"taylornet {' '.join(arguments)}: {result.stderr}")
    return result.stdout


def stack_arguments(cluster, orders, sharing, *more):
    orders = ",".join(map(str, orders))
    return ["expand", "stack", "--cluster", f"{cluster[0]}x{cluster[1]}", "--orders", orders, "--sharing", sharing, *more]


def report(cluster, orders, sharing, *more):
    return json.loads(taylornet("--json", *stack_arguments(cluster, orders, sharing, *more)))


def monomial(point, powers):
    product = fractions.Fraction(1)
    for value, power in zip(point, powers):
        product *= value**power
    return product
