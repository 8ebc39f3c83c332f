// LaTeX as we write it, names and all, read by KaTeX in its strictest mode; what it reads has the polynomial's value.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import katex from "katex";
import { taylornet } from "./native.mjs";

const STRICT = Object.freeze({ throwOnError: true, strict: "error", displayMode: true });

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), "latex-")); });
after(() => rmSync(folder, { recursive: true, force: true }));

/** Characters of an index: `1,0` or `11[2]`. */
const mark = (node) => (node ? (node.body ?? [node]).map((part) => part.text ?? mark(part)).join("") : "");
const isDigit = (node) => node?.type === "textord" && /^[\d.]$/.test(node.text);

/** Value of what KaTeX has read, where `names` gives that of every letter with its indices: `c^1,2_11[1]`, `x_3`. */
function value(nodes, names) {
  let [sum, factor, sign] = [0, null, 1];
  const times = (next) => { factor = (factor ?? 1) * next; };
  const end = () => { if (factor !== null) sum += sign * factor; factor = null; };
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (isDigit(node)) {
      let digits = "";
      while (isDigit(nodes[at])) digits += nodes[at++].text;
      // The last digit of a power of ten carries the exponent.
      const last = nodes[at]?.type === "supsub" && isDigit(nodes[at].base) ? nodes[at] : null;
      if (last) times(Number(digits + last.base.text) ** value(last.sup.body, names));
      else { times(Number(digits)); at -= 1; }
    } else if (node.type === "atom" && ["+", "-", "\u2212"].includes(node.text)) {
      end();
      sign = node.text === "+" ? 1 : -1;
    } else if (node.type === "atom" && node.text === "\\times") {
      continue;
    } else if (node.type === "supsub") {
      times(power(node, names));
    } else if (node.type === "genfrac") {
      times(value(node.numer.body, names) / value(node.denom.body, names));
    } else if (node.type === "leftright") {
      times(value(node.body, names));
    } else if (node.type === "ordgroup") {
      times(value(node.body, names));
    } else {
      throw new Error(`unexpected ${node.type} ${node.text ?? ""}`);
    }
  }
  end();
  return sum;
}

/** A letter with its indices, where those of `c` above are no power; or a bracket with its power. */
function power({ base, sup, sub }, names) {
  if (base.type === "leftright") return value(base.body, names) ** Number(mark(sup));
  const letter = base.text === "\\delta" ? "delta" : "x";
  const [name, exponent] = base.text === "c" ? [`c^${mark(sup)}_${mark(sub)}`, 1] : [`${letter}_${mark(sub)}`, Number(mark(sup) || 1)];
  assert.ok(names.has(name), `${name} is no name of this polynomial`);
  return names.get(name) ** exponent;
}

/** Reads a formula twice: KaTeX makes MathML of it without complaint, and its tree gives the value. */
function read(text, names, { whole = true } = {}) {
  const mathml = katex.renderToString(text, { ...STRICT, output: "mathml" });
  assert.ok(!mathml.includes("katex-error"));
  if (!whole) return { mathml };
  const tree = katex.__parse(text, STRICT);
  const equals = tree.findIndex((node) => node.type === "atom" && node.text === "=");
  return { mathml, value: value(tree.slice(equals + 1), names) };
}

/** Numbers that have nothing to do with each other, from -1.5 to 1.5. */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield (3 * state) / 2_147_483_647 - 1.5;
  }
}

const fraction = (text) => { const [top, bottom] = text.split("/"); return Number(top) / Number(bottom ?? 1); };
const product = (values) => values.reduce((total, value) => total * value, 1);
const near = (found, expected, what) =>
  assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${found} for ${expected}`);

function stackLatex(stack, more) {
  const out = join(folder, "stack.tex");
  taylornet("expand", "stack", ...stack, ...more, "--format", "latex", "--out", out);
  return readFileSync(out, "utf8");
}

/** Value of a stack's polynomial from the report, and the names of all that stands in it. */
function stackTruth(stack, more) {
  const [report] = taylornet("expand", "stack", ...stack, ...more);
  const random = numbers(report.terms.length);
  const x = report.terms[0].exponents.map(() => random.next().value);
  const c = report.symbols.map(() => random.next().value);
  const names = new Map(x.map((value, index) => [`x_${index + 1}`, value]));
  report.symbols.forEach(({ latex }, index) => {
    const [, above, below] = latex.match(/^c\^\{(?:\()?(.*?)(?:\))?\}(?:_\{(.*)\})?$/);
    names.set(`c^(${above})_${below ?? ""}`, c[index]);
  });
  const coefficient = (term) => (term.coefficient === null
    ? term.products.reduce((sum, [count, factors]) => sum + Number(count) * product(factors.map(([symbol, power]) => c[symbol] ** power)), 0)
    : fraction(term.coefficient));
  const value = report.terms.reduce((sum, term) =>
    sum + coefficient(term) * product(term.exponents.map((power, variable) => x[variable] ** power)), 0);
  return { names, value, terms: report.terms.length };
}

const STACKS = [
  ["Fig. 4(c)", []],
  ["one set of coefficients", ["--sharing", "all"]],
  ["shared by level, cubes", ["--orders", "3,2", "--sharing", "level"]],
  ["four clusters of four", ["--cluster", "2x2"]],
  // Indices with two digits stand apart by commas.
  ["clusters of twelve", ["--cluster", "3x4", "--orders", "2"]],
];

for (const [name, stack] of STACKS) {
  for (const more of [[], ["--numbers", "5"], ["--numbers", "1"]]) {
    test(`${name}, ${more[1] ? `numbers ${more[1]}` : "symbols"}`, () => {
      const truth = stackTruth(stack, more);
      const found = read(stackLatex(stack, more), truth.names);
      near(found.value, truth.value, `${truth.terms} terms`);
    });
  }
}

test("signs: before the first term, ones that are left out, and powers of ten", () => {
  const names = new Map([["x_1", 0.5], ["x_2", -3]]);
  const first = stackLatex([], ["--numbers", "5"]);
  assert.match(first, /^z = -\\frac/);
  assert.match(stackLatex([], ["--numbers", "1"]), /\n [+-] x_\{/);
  // The reader itself must tell right from wrong.
  near(read(String.raw`z = -x_{1} + 2 \times 10^{-3} x_{2}^{2} - \frac{3}{4}`, names).value, -0.5 + 0.018 - 0.75, "by hand");
  assert.throws(() => read(String.raw`z = x_{1}^{2}^{3}`, names), /Double superscript/);
  assert.throws(() => read(String.raw`z = \unknown{x_{1}}`, names), /unknown/);
});

test("a shortened formula says how many terms are left out", () => {
  const text = stackLatex([], ["--limit", "3"]);
  assert.match(read(text, new Map(), { whole: false }).mathml, /51 more terms/);
});

for (const [network, about] of [["taylornet-7", "mean"], ["taylornet-7", "black"], ["direct-2", "black"], ["conv-7", "mean-3"]]) {
  test(`coefficients of ${network} about ${about}, floating-point numbers`, () => {
    const expand = (format) => taylornet("expand", "network", `assets/models/${network}.safetensors`,
      "--about", about, "--coefficients", "2", "--class", "7", "--format", format, "--out", folder);
    expand("latex");
    expand("csv");
    const text = readFileSync(join(folder, `${network}-coefficients.tex`), "utf8");
    const lines = readFileSync(join(folder, `${network}-coefficients.csv`), "utf8").trim().split("\n").slice(1)
      .map((line) => line.split(","));
    const rows = lines.filter(([kind]) => kind === "7");
    const random = numbers(49);
    // Pixels, or what is left of them without the expansion point.
    const variables = Array.from({ length: 49 }, () => random.next().value);
    const letter = about === "black" ? "x" : "delta";
    const names = new Map(variables.map((value, pixel) => [`${letter}_${Math.floor(pixel / 7)},${pixel % 7}`, value]));
    const expected = rows.reduce((sum, [, , one, other, , coefficient]) =>
      sum + Number(coefficient) * (one === "" ? 1 : variables[one]) * (other === "" ? 1 : variables[other]), 0);
    near(read(text, names).value, expected, `${rows.length} terms`);
    // The point stands in both, the same.
    const comments = text.split("\n").filter((line) => line.startsWith("%")).slice(1);
    const point = comments.flatMap((line) => line.slice(2).split(" ").map(Number));
    assert.deepEqual(point, lines.filter(([kind]) => kind === `about ${about}`).map((line) => Number(line.at(-1))));
    assert.equal(point.length, about === "black" ? 0 : 49);
    if (network === "direct-2") assert.match(text, /\\times 10\^\{-\d\}/);
  });
}
