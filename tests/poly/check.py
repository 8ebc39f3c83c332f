"""Compares the project's polynomials with a computer-algebra system, and runs what it writes.

Run: python tests/poly/check.py (needs numpy, sympy and its ANTLR runtime, a C compiler and rustc; the program under test
is the one named in the variable TAYLORNET, else `cargo run --release`). Exits with 1 and says what differs.

1. Random stacks: sympy builds the network from Eq. 4 of the article and expands it; every coefficient must agree, with
   symbols and with fractions.
2. Everything that is written (plain text, LaTeX, MathML, Python, C, Rust, CSV) is read, compiled or run by another program
   and must have the polynomial's value at random points.
3. A trained network about the mean image: numpy finds the same coefficients of first and second order, and all that is
   written of them has the same value at a digit, with the expansion point that stands in it.
"""
import sys
import time

from common import problems
from networks import check_networks
from stacks import check_stacks
from written import check_written


def main():
    started = time.monotonic()
    check_stacks()
    check_written()
    check_networks()
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    if problems:
        raise SystemExit(f"{len(problems)} of these are wrong:\n" + "\n".join(problems))


if __name__ == "__main__":
    sys.exit(main())
