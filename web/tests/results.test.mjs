// The Results room: the table is the manifest beside the article, it can be sorted, saved and printed, and every command
// in it is one of the program.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GPU, launch, open } from "./browser.mjs";
import { SOON, downloaded, id, shippedManifest } from "./explorer.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Opens the room and waits for the table. */
async function results(query = "", options = {}) {
  const opened = await open(browser, `?room=results${query}`, options);
  await opened.page.locator(`${id("results-table")} tr[data-path]`).first().waitFor({ timeout: SOON });
  return opened;
}

/** The rows as objects of texts, with key and the places of their numbers in the manifest. */
const rowsOf = (page) => page.locator(`${id("results-table")} tbody tr[data-key]`).evaluateAll((rows) => rows.map((row) => ({
  key: row.dataset.key,
  outcome: row.dataset.outcome ?? "",
  paths: (row.dataset.path ?? "").split(" ").filter(Boolean),
  cells: [...row.children].map((cell) => cell.innerText),
  text: row.textContent,
})));

/** What stands at a place of the manifest, found without the page. */
function at(manifest, path) {
  const steps = [...path.matchAll(/\.([A-Za-z0-9_]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(([, name, index, quoted]) => name ?? quoted ?? Number(index));
  return steps.reduce((value, step) => value?.[step], manifest);
}

const percent = (share) => `${(100 * share).toFixed(2)}\u{a0}%`;

test("the first screen answers the question, with the article's numbers beside ours", async () => {
  const { page, context, problems } = await results("", { viewport: { width: 1440, height: 900 } });
  assert.match(await page.locator(id("results-answer")).innerText(), /^(Yes|Mostly|In part): of the \d+ statements/);
  const rows = await rowsOf(page);
  const manifest = shippedManifest();
  const of = (key) => rows.find((row) => row.key === key);
  const accuracy = (name) => manifest.models.find((model) => model.name === name).test_accuracy;
  for (const [key, article, ours, outcome] of [
    ["taylornet-28/accuracy", "99.2\u{a0}%", percent(accuracy("taylornet-28")), "reached"],
    ["taylornet-7/accuracy", "97.9\u{a0}%", percent(accuracy("taylornet-7")), "reached"],
    ["resnet-7/accuracy", "99\u{a0}%", percent(accuracy("resnet-7")), "reached"],
    ["direct-4/accuracy", "98\u{a0}%", percent(accuracy("direct-4")), "reached"],
    ["direct-4/parameters", "1.46×10⁶", undefined, "differs"],
    ["mnist/resnet-18/level-5/euclid", "98.7\u{a0}%", undefined, "reached"],
  ]) {
    const { cells, outcome: found } = of(key);
    assert.ok(cells[1].startsWith(article), `${key}: ${cells[1]}`);
    if (ours) assert.equal(cells[2].trim(), ours, key);
    assert.equal(found, outcome, key);
  }
  for (const row of rows.filter(({ key }) => key.includes("cifar"))) {
    assert.equal(row.outcome === "not here yet", row.paths.length === 0, row.key);
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("every number is one of the manifest, and another manifest gives other numbers", async () => {
  const manifest = shippedManifest();
  const { page, context } = await results("&everything=1");
  const rows = await rowsOf(page);
  assert.ok(rows.length > 300, `${rows.length} rows`);
  const paths = rows.flatMap((row) => row.paths);
  for (const path of paths) assert.equal(typeof at(manifest, path), "number", path);
  for (const path of [".models[0].test_accuracy", ".direct.pruning[3].accuracy[5]", '.similarity["resnet-18"].pixel_means_euclid', ".distillation.mnist.levels[1].within"]) {
    assert.ok(paths.includes(path), path);
  }
  await context.close();

  manifest.models[0].test_accuracy = 0.5;
  manifest.distillation.mnist.accuracy.forEach((entry) => { entry.accuracy = 0.125; });
  const changed = await results("", {
    prepare: (page) => page.route("**/assets/manifest.json", (route) => route.fulfill({ json: manifest })),
  });
  const others = await rowsOf(changed.page);
  const own = others.find((row) => row.key === "taylornet-28/accuracy");
  assert.equal(own.cells[2].trim(), "50.00\u{a0}%");
  assert.equal(own.outcome, "not reached");
  assert.match(await changed.page.locator('[data-key="controls"]').innerText(), /reach 12\.50/);
  await changed.context.close();
});

test("every command is one that the program knows", async () => {
  const { page, context } = await results("&everything=1");
  const commands = [...new Set(await page.locator(".results-command code").allInnerTexts())];
  assert.ok(commands.length > 15, `${commands.length} commands`);
  await context.close();
  const compiled = process.env.TAYLORNET;
  const [program, before] = compiled ? [compiled, []] : ["cargo", ["run", "--quiet", "--release", "--bin", "taylornet", "--"]];
  const help = (words) => execFileSync(program, [...before, ...words, "--help"], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const subcommands = help([]);
  for (const command of commands) {
    const [name, ...words] = command.split(" ");
    assert.equal(name, "taylornet", command);
    assert.match(subcommands, new RegExp(`^ +${words[0]} `, "m"), command);
    // Arguments before `--help` are read, and refused where they are unknown.
    assert.match(help(words), /Usage/, command);
  }
  assert.throws(() => help(["train", "--no-such-setting", "1"]));
});

test("columns sort both ways and back, and the address says so", async () => {
  const { page, context } = await results();
  const keys = async () => (await rowsOf(page)).map((row) => row.key);
  const articles = await keys();
  const sort = page.locator(id("sort-here"));
  await sort.click();
  await page.waitForFunction(() => location.search.includes("sort=here"), undefined, { timeout: SOON });
  assert.equal(await page.locator("th.results-here").getAttribute("aria-sort"), "ascending");
  const rising = await keys();
  assert.notDeepEqual(rising, articles);
  await sort.press("Enter");
  await page.waitForFunction(() => location.search.includes("falling=1"), undefined, { timeout: SOON });
  const manifest = shippedManifest();
  const values = (await rowsOf(page)).filter((row) => row.paths.length === 1).map((row) => at(manifest, row.paths[0]));
  assert.deepEqual(values, values.toSorted((one, other) => other - one));
  // What has no value stays at the end.
  assert.equal((await rowsOf(page)).at(-1).outcome, "not here yet");
  await sort.click();
  assert.deepEqual(await keys(), articles);
  await page.goBack().catch(() => {});
  await context.close();

  const linked = await results("&sort=time&falling=1&everything=1");
  assert.equal(await linked.page.locator("th.results-time").getAttribute("aria-sort"), "descending");
  await linked.context.close();
});

test("the file has what the table has, with every number in full", async () => {
  const { page, context, problems } = await results();
  const { name, bytes } = await downloaded(page, "results-csv");
  assert.equal(name, "taylornet-results.csv");
  const text = bytes.toString().replace(/^\u{feff}/u, "");
  const lines = text.trim().split("\n");
  const manifest = shippedManifest();
  const line = lines.find((line) => line.includes("TaylorNet on 28×28 digits"));
  const [model] = manifest.models;
  assert.ok(line.includes(`,0.992,${model.test_accuracy},`) && line.endsWith(`${model.command},.models[0].test_accuracy`), line);
  assert.ok(lines.filter((line) => line.includes("not here yet")).every((line) => line.includes("CIFAR-10")));
  assert.deepEqual(problems, []);
  await context.close();
});

test("what does not hold has its evidence one step away", async () => {
  const { page, context, problems } = await results();
  for (const [key, room, expected] of [
    ["controls", "distil", /shown=5|room=distil/], ["parameters", "polynomial", /view=direct/], ["fixed-point", "distil", /shown=4.*only=4/],
    ["distance", "polynomial", /of=direct-4/],
  ]) {
    await page.locator(id(`reading-${key}`)).click();
    await page.locator(`main[data-room="${room}"]`).waitFor({ timeout: SOON });
    await page.waitForFunction((source) => new RegExp(source).test(location.search), expected.source, { timeout: SOON });
    await page.goBack();
    await page.locator('main[data-room="results"]').waitFor({ timeout: SOON });
  }
  await page.locator("tr[data-key='taylornet-7/accuracy'] a").click();
  await page.locator('main[data-room="draw"]').waitFor({ timeout: SOON });
  await page.waitForFunction(() => location.search.includes("model=taylornet-7"), undefined, { timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});

test("without a manifest the article's numbers stand there alone and a sentence says why", async () => {
  const { page, context } = await open(browser, "?room=results", {
    prepare: (page) => page.route("**/assets/manifest.json", (route) => route.fulfill({ status: 404, body: "" })),
  });
  await page.locator(id("results-answer"), { hasText: "could not be loaded" }).waitFor({ timeout: SOON });
  const rows = await rowsOf(page);
  assert.ok(rows.length > 20 && rows.every((row) => row.outcome === "not here yet"));
  await context.close();
});
