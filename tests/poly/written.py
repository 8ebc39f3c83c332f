"""What is written of polynomials, read, compiled or run by other programs: it must have their value at random points."""
import csv
import fractions
import io
import pathlib
import random
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import sympy
from sympy.parsing.latex import parse_latex

from common import SEED, claim, monomial, report, stack_arguments, taylornet


class Written:
    """One polynomial as the project writes it, with its value at a random point as the truth."""

    def __init__(self, cluster, orders, sharing, seed):
        self.arguments = (cluster, orders, sharing)
        self.more = [] if seed is None else ["--numbers", str(seed)]
        said = report(*self.arguments, *self.more)
        generator = random.Random(SEED + len(said["terms"]))
        number = lambda: fractions.Fraction(generator.randint(-12, 12) or 5, 8)
        self.x = [number() for _ in said["terms"][0]["exponents"]]
        self.symbols = said["symbols"] if seed is None else []
        self.c = [number() for _ in self.symbols]
        self.truth = fractions.Fraction(0)
        for term in said["terms"]:
            if seed is None:
                products = (int(m) * product(self.c[i] ** p for i, p in factors) for m, factors in term["products"])
                coefficient = sum(products)
            else:
                coefficient = fractions.Fraction(term["coefficient"])
            self.truth += coefficient * monomial(self.x, term["exponents"])

    def text(self, form):
        return taylornet(*stack_arguments(*self.arguments, "--format", form, *self.more))

    def names(self, form, point):
        """Names of the variables with their values; a stack has no expansion point."""
        assert not point
        name = "x_{{{}}}" if form == "latex" else "x{}"
        return {name.format(i + 1): value for i, value in enumerate(self.x)}

    def values(self):
        """All names with their values."""
        symbols = {entry["name"]: value for entry, value in zip(self.symbols, self.c)}
        return {**self.names("text", []), **symbols}

    def lists(self, opening, closing):
        lists = [self.c, self.x] if self.symbols else [self.x]
        return [opening + ", ".join(repr(float(value)) for value in values) + closing for values in lists]

    def claim(self, what, value):
        same = abs(float(value) - float(self.truth)) <= 1e-9 * max(1.0, abs(float(self.truth)))
        cluster, orders, _ = self.arguments
        kind = "symbols" if self.symbols else "numbers"
        claim(same, f"{what}, {kind}, {cluster[0]}x{cluster[1]} {orders}: {float(value):.9g} for {float(self.truth):.9g}")


def product(factors):
    total = fractions.Fraction(1)
    for factor in factors:
        total *= factor
    return total


def check_text(written):
    polynomial, *equations = written.text("text").strip().split("\n\n")
    names = {name: sympy.Rational(str(value)) for name, value in written.values().items()}
    for equation in "".join(equations).splitlines():
        left, right = equation.split(" = ")
        names[left] = sympy.sympify(right, locals=names)
    right = polynomial.split("=", 1)[1].replace("^", "**")
    written.claim("plain text", sympy.sympify(right, locals=names))


def check_csv(written):
    table = list(csv.DictReader(io.StringIO(written.text("csv"))))
    total = fractions.Fraction(0)
    for row in table:
        powers = [int(row[f"x{i + 1}"]) for i in range(len(written.x))]
        assert sum(powers) == int(row["degree"])
        if written.symbols:
            coefficient = eval(row["coefficient"].replace("^", "**"), {"__builtins__": {}}, written.values())
        else:
            coefficient = fractions.Fraction(int(row["numerator"]), int(row["denominator"]))
            assert float(row["coefficient"]) == float(coefficient), row["coefficient"]
        total += coefficient * monomial(written.x, powers)
    written.claim("CSV", total)


def check_latex(written):
    """Sympy's LaTeX parser; it has no names with commas and brackets, so symbols get plain ones first."""
    lines = written.text("latex").splitlines()
    comments = [line[1:] for line in lines if line.startswith("%")]
    right = "\n".join(lines[len(comments) :]).split("=", 1)[1]
    names = {}
    for i, (name, value) in enumerate(written.names("latex", numbers(comments)).items()):
        right = right.replace(name, f"x_{{{i + 1}}}")
        names[f"x_{{{i + 1}}}"] = value
    # The longest name first: one may begin with another.
    numbered = sorted(enumerate(written.symbols), key=lambda pair: -len(pair[1]["latex"]))
    for i, entry in numbered:
        right = right.replace(entry["latex"], f"a_{{{i + 1}}}")
        names[f"a_{{{i + 1}}}"] = written.c[i]
    # The brackets were there for the superscript; after a plain name the parser takes them for those of a function.
    right = re.sub(r"\\left\((a_\{\d+\})\\right\)", r"\1", right)
    assert "c" not in re.sub(r"\\[a-z]+", "", right), right
    # One line for a term: the parser's time grows with the square of the length.
    total = sympy.Integer(0)
    for line in filter(None, map(str.strip, right.split("\n"))):
        sign, line = (-1, line[1:]) if line[0] == "-" else (1, line.lstrip("+"))
        parsed = parse_latex(line.strip(), backend="antlr")
        values = {symbol: sympy.Rational(str(names[str(symbol)])) for symbol in parsed.free_symbols}
        total += sign * parsed.subs(values)
    written.claim("LaTeX", total)


def numbers(comments):
    """The expansion point, which stands in comments after one in words."""
    return [float(value) for line in comments[1:] for value in line.split()]


def content(element):
    """Presentation MathML as an expression; only what a reader can know from the elements themselves."""
    tag = element.tag.split("}")[1]
    parts = list(element)
    if tag in ("math", "mrow"):
        return "".join(content(part) for part in parts)
    if tag in ("mn", "mi"):
        return element.text
    if tag == "mo":
        return {"\u2062": "*", "\u2212": "-", "\u00d7": "*"}.get(element.text, element.text)
    if tag == "mfrac":
        return f"Rational({content(parts[0])},{content(parts[1])})"
    marks = [re.sub(r"\W", "_", content(part)) for part in parts]
    if content(parts[0]) == "c":
        return "_".join(marks)
    if tag == "msub":
        return f"{marks[0]}{marks[1]}"
    if tag == "msup":
        return f"{content(parts[0])}**({content(parts[1])})"
    if tag == "msubsup":
        return f"{marks[0]}{marks[1]}**{marks[2]}"
    raise ValueError(f"unexpected element {tag}")


def check_mathml(written):
    text = written.text("mathml")
    tree = ElementTree.fromstring(text)
    point = numbers(re.findall("<!-- (.*?) -->", text))
    names = {name: sympy.Rational(str(value)) for name, value in written.names("mathml", point).items()}
    for entry, value in zip(written.symbols, written.c):
        level, cluster, taps = entry["level"], entry["cluster"], [tap + 1 for tap in entry["taps"]]
        upper = f"({len(taps)})" if level is None else f"({level},{len(taps)})"
        lower = ("," if any(tap > 9 for tap in taps) else "").join(map(str, taps))
        lower += "" if cluster is None else f"[{cluster + 1}]"
        marks = [re.sub(r"\W", "_", part) for part in ("c", lower, upper) if part]
        names["_".join(marks)] = sympy.Rational(str(value))
    expression = content(tree).split("=", 1)[1]
    written.claim("MathML", sympy.sympify(expression, locals=names))


def check_python(written):
    space = {}
    exec(compile(written.text("python"), "polynomial.py", "exec"), space)
    lists = [written.c, written.x] if written.symbols else [written.x]
    written.claim("Python", space["polynomial"](*[[float(value) for value in values] for values in lists]))


def run_compiled(folder, compiler, source, name):
    path = folder / name
    path.write_text(source)
    program = folder / f"{name}.out"
    subprocess.run([*compiler, "-o", str(program), str(path)], check=True, timeout=600)
    return float(subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=60).stdout)


def check_c(written, folder):
    lists = written.lists("{", "}")
    names = ["c", "x"][-len(lists) :]
    main = "".join(f"    const double {name}[] = {values};\n" for name, values in zip(names, lists))
    source = f"#include <stdio.h>\n{written.text('c')}\nint main(void)\n{{\n{main}"
    source += f'    printf("%.17g\\n", polynomial({", ".join(names)}));\n    return 0;\n}}\n'
    flags = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    written.claim("C", run_compiled(folder, flags, source, "polynomial.c"))


def check_rust(written, folder):
    lists = written.lists("&[", "]")
    source = f"#![deny(warnings)]\n{written.text('rust')}\n"
    source += f'fn main() {{\n    println!("{{}}", polynomial({", ".join(lists)}));\n}}\n'
    written.claim("Rust", run_compiled(folder, ["rustc", "--edition", "2021"], source, "polynomial.rs"))


def check_written():
    cases = [
        Written((1, 2), (2, 2), "separate", None),
        Written((1, 2), (2, 2), "all", None),
        Written((1, 2), (3, 2), "level", 5),
        Written((2, 1), (2, 2), "separate", 6),
    ]
    with tempfile.TemporaryDirectory() as name:
        for written in cases:
            check_text(written)
            check_csv(written)
            check_latex(written)
            check_mathml(written)
            check_python(written)
            check_c(written, pathlib.Path(name))
            check_rust(written, pathlib.Path(name))
        # Compilers can take many terms: 33,153.
        large = Written((4, 4), (1, 2), "separate", 7)
        check_c(large, pathlib.Path(name))
        check_rust(large, pathlib.Path(name))
        check_python(large)
