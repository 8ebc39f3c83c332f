// What a screen reader gets of the formulas: Chromium's own accessibility tree, not the text of the document.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { LONG, SOON, id, openReady } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const INVISIBLE_TIMES = "\u2062";
/** Roles of the page that only repeat or group what they contain. */
const TRANSPARENT = new Set(["InlineTextBox", "none", "generic"]);

/** The accessibility tree as Chromium hands it to screen readers, with the nodes by that of the document. */
async function accessibility(page) {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const byElement = new Map(nodes.map((node) => [node.backendDOMNodeId, node]));
  const of = async (selector) => {
    const { root } = await cdp.send("DOM.getDocument", { depth: 0 });
    const { nodeId } = await cdp.send("DOM.querySelector", { nodeId: root.nodeId, selector });
    const { node } = await cdp.send("DOM.describeNode", { nodeId });
    const found = byElement.get(node.backendNodeId);
    assert.ok(found && !found.ignored, `${selector} is hidden from screen readers`);
    return found;
  };
  const children = (node) => (node.childIds ?? []).map((child) => byId.get(child)).filter(Boolean)
    .flatMap((child) => (child.ignored || TRANSPARENT.has(child.role.value) ? children(child) : [child]));
  return { nodes, of, children };
}

/** The text of a node; a single letter comes as a mathematical italic, which is spoken as the letter. */
const spoken = (node) => node.name.value.normalize("NFKC");

/** A formula with its structure, from roles and names: `x_1^2`; everything spoken stands in it. */
function formula(tree, node) {
  const parts = tree.children(node).map((child) => formula(tree, child));
  switch (node.role.value) {
    case "MathMLMath": case "MathMLRow": return parts.join("");
    case "MathMLSub": return `${parts[0]}_${parts[1]}`;
    case "MathMLSup": return `${parts[0]}^${parts[1]}`;
    case "MathMLSubSup": return `${parts[0]}_${parts[1]}^${parts[2]}`;
    case "MathMLIdentifier": case "MathMLNumber": case "MathMLOperator": case "MathMLText": return parts.join("");
    case "StaticText": return spoken(node);
    default: throw new Error(`a node ${node.role.value} in a formula`);
  }
}

/** Roles of the leaves of a formula with their text. */
function leaves(tree, node) {
  const children = tree.children(node);
  if (children.every((child) => child.role.value === "StaticText")) {
    return [[node.role.value, children.map(spoken).join("")]];
  }
  return children.flatMap((child) => leaves(tree, child));
}

/** The formulas of a row of the list: coefficient and monomial. */
async function row(page, monomial) {
  const tree = await accessibility(page);
  const node = await tree.of(`${id("stack-term")}[data-monomial="${monomial}"]`);
  assert.equal(node.role.value, "row");
  const cells = tree.children(node);
  assert.deepEqual(cells.map((cell) => cell.role.value), ["gridcell", "gridcell", "gridcell"]);
  const math = cells.slice(0, 2).map((cell) => tree.children(cell));
  assert.ok(math.every((nodes) => nodes.length === 1 && nodes[0].role.value === "MathMLMath"), "one formula in a cell");
  return { tree, coefficient: math[0][0], monomial: math[1][0] };
}

/** Every formula of the document that is not hidden on purpose is one of the tree, with something in it. */
async function allExposed(page) {
  const shown = await page.locator("math").evaluateAll((all) => all.filter((math) =>
    math.checkVisibility() && !math.closest('[aria-hidden="true"]')).length);
  const tree = await accessibility(page);
  const exposed = tree.nodes.filter((node) => !node.ignored && node.role.value === "MathMLMath");
  assert.equal(exposed.length, shown);
  for (const node of exposed) assert.ok(leaves(tree, node).every(([role, text]) => role.startsWith("MathML") && text !== ""));
  return shown;
}

async function stack(query = "") {
  const opened = await open(browser, `?room=polynomial${query}`);
  await opened.page.locator(id("stack-terms-list")).waitFor({ timeout: LONG });
  await opened.page.locator(id("stack-term")).first().waitFor({ timeout: SOON });
  return opened;
}

test("a monomial of Fig. 4 and its coefficient are read as formulas", async () => {
  const { page, context } = await stack();
  const found = await row(page, "x1^2*x2");
  assert.deepEqual(leaves(found.tree, found.monomial), [
    ["MathMLIdentifier", "x"], ["MathMLNumber", "1"], ["MathMLNumber", "2"], ["MathMLOperator", INVISIBLE_TIMES],
    ["MathMLIdentifier", "x"], ["MathMLNumber", "2"],
  ]);
  assert.equal(formula(found.tree, found.monomial), `x_1^2${INVISIBLE_TIMES}x_2`);
  // x1^2 x2 is made in the first cluster alone: 2 c1 c12 + 2 c2 c11, times the square of the second level.
  const products = [["c_1[1]^(1,1)", "c_12[1]^(1,2)"], ["c_2[1]^(1,1)", "c_11[1]^(1,2)"]];
  const expected = products.map((factors) => ["2", ...factors, "c_11^(2,2)"].join(INVISIBLE_TIMES)).join("+");
  assert.equal(formula(found.tree, found.coefficient), expected);
  await context.close();
});

test("the chosen monomial stands as a formula in its heading, and its paths have spoken names", async () => {
  const { page, context } = await stack("&monomial=1-2.2");
  await page.locator(id("stack-chosen")).waitFor({ timeout: SOON });
  const tree = await accessibility(page);
  const heading = tree.nodes.find((node) => node.role?.value === "heading" && /coefficient of/.test(node.name.value));
  const math = tree.children(heading).filter((node) => node.role.value === "MathMLMath");
  assert.deepEqual(math.map((node) => formula(tree, node)), [`x_1^2${INVISIBLE_TIMES}x_2`]);
  const path = await tree.of(id("stack-path-1"));
  assert.equal(path.role.value, "button");
  assert.match(path.name.value, /^Path 1: \d times c\w+ times/);
  await context.close();
});

test("numbers are read with their signs", async () => {
  const { page, context } = await stack("&numbers=7");
  const found = await row(page, "x1*x3");
  const [[sign, mark], [kind, digits], ...more] = leaves(found.tree, found.coefficient);
  assert.deepEqual([sign, kind, more.length], ["MathMLOperator", "MathMLNumber", 0]);
  assert.match(mark, /^[+\u2212]$/);
  assert.match(digits, /^\d+(\.\d+)?$/);
  await context.close();
});

test("no formula of the room is lost on the way to a screen reader", async () => {
  const { page, context } = await stack("&monomial=1-2.2");
  await page.locator(id("stack-path-1")).waitFor({ timeout: SOON });
  assert.ok(await allExposed(page) > 50);
  await context.close();
  const direct = await open(browser, "?room=polynomial&view=direct");
  await direct.page.locator(`${id("direct-view")} math`).first().waitFor({ timeout: SOON });
  assert.ok(await allExposed(direct.page) > 0);
  await direct.context.close();
});

test("the terms of a trained network have names that can be spoken", async () => {
  const { page, context } = await openReady(browser, "?room=polynomial&view=trained");
  await page.locator(`${id("trained-maps")}[data-state="ready"]`).waitFor({ timeout: LONG });
  await page.locator(`${id("trained-rows")} tbody th`).first().waitFor({ timeout: SOON });
  const { nodes } = await accessibility(page);
  const names = nodes.filter((node) => !node.ignored && node.role?.value === "rowheader").map((node) => node.name.value);
  assert.ok(names.filter((name) => /^x\(\d,\d\)/.test(name)).length > 5, names.join(" | "));
  await context.close();
});
