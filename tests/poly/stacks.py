"""Random stacks beside sympy: it builds the network from Eq. 4 of the article and expands it.

Every coefficient must agree, with symbols and with fractions.
"""
import fractions
import itertools
import random
import re

import sympy

from common import SEED, claim, monomial, report, stack_arguments, taylornet

MOST_TERMS = 800  # of a random stack: sympy needs seconds for more
STACKS = 24


class Ring:
    """The network of Eq. 4, level by level, in sympy's polynomials; knows nothing of how the project expands."""

    def __init__(self, cluster, orders, sharing, domain, names):
        self.cluster, self.orders, self.sharing = cluster, orders, sharing
        self.columns = cluster[1] ** len(orders)
        count = cluster[0] ** len(orders) * self.columns
        self.x = [f"x{i + 1}" for i in range(count)]
        ring, *generators = sympy.ring(self.x + names, domain)
        self.ring, self.variables, self.symbols = ring, generators[:count], generators[count:]

    def value(self, level, row, column, coefficient):
        if level == 0:
            return self.variables[row * self.columns + column]
        rows, columns = self.cluster
        below = [
            self.value(level - 1, row * rows + i, column * columns + j, coefficient)
            for i in range(rows)
            for j in range(columns)
        ]
        number = row * columns ** (len(self.orders) - level) + column
        total = self.ring.zero
        for order in range(self.orders[level - 1] + 1):
            for taps in itertools.combinations_with_replacement(range(len(below)), order):
                product = coefficient(self.key(level, number, taps))
                for tap in taps:
                    product = product * below[tap]
                total += product
        return total

    def key(self, level, number, taps):
        """What makes a coefficient the same as another one."""
        only_one = level == len(self.orders)
        return (
            None if self.sharing == "all" and len(self.orders) > 1 else level,
            number if self.sharing == "separate" and not only_one else None,
            tuple(taps),
        )


def keys_of(symbols):
    return {(entry["level"], entry["cluster"], tuple(entry["taps"])): i for i, entry in enumerate(symbols)}


def compare_symbolic(cluster, orders, sharing):
    said = report(cluster, orders, sharing)
    keys = keys_of(said["symbols"])
    names = [entry["name"] for entry in said["symbols"]]
    network = Ring(cluster, orders, sharing, sympy.ZZ, names)
    expanded = network.value(len(orders), 0, 0, lambda key: network.symbols[keys[key]])
    expected = {tuple(powers): int(value) for powers, value in expanded.terms()}
    got = {}
    for term in said["terms"]:
        paths = 0
        for multiplicity, factors in term["products"]:
            powers = [0] * len(names)
            for symbol, power in factors:
                powers[symbol] = power
            got[tuple(term["exponents"]) + tuple(powers)] = int(multiplicity)
            paths += int(multiplicity)
        if paths != term["paths"]:
            return f"{term['exponents']}: {paths} paths are listed, {term['paths']} were counted"
    if int(said["terms_total"].replace(",", "")) != len({powers[: len(network.x)] for powers in expected}):
        return "the number of terms differs"
    return None if got == expected else f"{len(set(got.items()) ^ set(expected.items()))} coefficients differ"


def compare_rational(cluster, orders, sharing, seed):
    said = report(cluster, orders, sharing, "--numbers", str(seed), "--evaluate")
    keys = keys_of(said["symbols"])
    numbers = [sympy.Rational(text) for text in said["numbers"]]
    network = Ring(cluster, orders, sharing, sympy.QQ, [])
    expanded = network.value(len(orders), 0, 0, lambda key: network.ring(numbers[keys[key]]))
    expected = {tuple(powers): fractions.Fraction(str(value)) for powers, value in expanded.terms()}
    got = {tuple(term["exponents"]): fractions.Fraction(term["coefficient"]) for term in said["terms"]}
    # With numbers a coefficient may vanish by chance; the project lists those terms too.
    if {key: value for key, value in got.items() if value} != expected:
        return "coefficients differ"
    point = [fractions.Fraction(text) for text in said["evaluation"]["point"]]
    value = sum(coefficient * monomial(point, powers) for powers, coefficient in expected.items())
    evaluation = said["evaluation"]
    equal = fractions.Fraction(evaluation["nested"]) == fractions.Fraction(evaluation["expanded"]) == value
    return None if equal and evaluation["equal"] else "the value at a point differs"


def random_stacks():
    """Small enough for sympy, all kinds of sharing."""
    generator = random.Random(SEED)
    yield (1, 2), (2, 2), "separate"
    yield (1, 2), (2, 2), "all"
    yield (2, 2), (2, 2), "separate"
    found = 3
    while found < STACKS:
        cluster = generator.choice([(1, 2), (2, 1), (1, 3), (2, 2), (3, 1), (2, 3)])
        orders = tuple(generator.randint(1, 3) for _ in range(generator.choice([1, 2, 2, 2, 3, 3])))
        sharing = generator.choice(["separate", "level", "all"])
        if len(orders) == 1 and found > STACKS // 4:
            continue
        if sharing == "all":
            orders = (orders[0],) * len(orders)
        size = taylornet(*stack_arguments(cluster, orders, sharing))
        terms, paths = (int(n.replace(",", "")) for n in re.match(r"([\d,]+) terms over ([\d,]+) paths", size).groups())
        if terms <= MOST_TERMS and paths <= 4 * MOST_TERMS:
            found += 1
            yield cluster, orders, sharing


def check_stacks():
    for seed, (cluster, orders, sharing) in enumerate(random_stacks()):
        name = f"clusters {cluster[0]}x{cluster[1]}, orders {orders}, {sharing}"
        problem = compare_symbolic(cluster, orders, sharing)
        claim(problem is None, f"sympy, symbols: {name}" + (f": {problem}" if problem else ""))
        problem = compare_rational(cluster, orders, sharing, seed)
        claim(problem is None, f"sympy, fractions: {name}" + (f": {problem}" if problem else ""))
