// The results as Markdown, to be read in a terminal and pasted into the README.

const number = (value, digits) => (Number.isFinite(value) ? value.toLocaleString("en-US", { maximumFractionDigits: digits }) : "–");
const ms = (value) => number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
const range = (times) => `${ms(times.median)} (${ms(times.min)}–${ms(times.max)}, ${times.count})`;
/** How the message of a contender that was not there to be measured begins. */
const LEFT_OUT = "left out";
const kilobytes = (bytes) => number(bytes / 1000, bytes < 10_000 ? 1 : 0);

/** Columns are as wide as their widest cell; the first is aligned left. */
function table(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** One row per name, one column per batch; what was not measured is empty. Nothing where there is no row. */
function byBatch(steps, list, cell) {
  const names = [...new Set(steps.flatMap((each) => each[list].map(({ name }) => name)))];
  const rows = names.map((name) => [name, ...steps.map((each) => {
    const found = each[list].find((one) => one.name === name);
    return found ? cell(found) : "";
  })]);
  return rows.length ? table(["", ...steps.map(({ batch }) => `batch ${batch}`)], rows) : "";
}

function stepTable(steps) {
  const failures = steps.flatMap(({ batch, contenders }) =>
    contenders.filter(({ error }) => error).map(({ name, error }) => `- ${name}, batch ${batch}: ${error}`));
  const { model, parameters } = steps[0];
  const title = `Training step of ${model} (${number(parameters, 0)} parameters), forward, backward and AdamW: median in ms (fastest–slowest, steps)`;
  const memory = "Peak memory in MiB: what these steps needed above what stood before them, with the allocator's room";
  const compared = "How many times the time (and the memory)";
  const measured = steps.map(({ batch, contenders }) => ({ batch, contenders: contenders.filter((each) => each.peak_memory_bytes) }));
  const ratio = ({ time, memory: bytes }) => number(time, 2) + (Number.isFinite(bytes) ? ` (${number(bytes, 2)})` : "");
  const duration = ({ error, step_ms: times }) => (error ? (error.startsWith(LEFT_OUT) ? LEFT_OUT : "failed") : range(times));
  const parts = [
    [title, byBatch(steps, "contenders", duration)],
    failures,
    [memory, byBatch(measured, "contenders", (each) => number(each.peak_memory_bytes / 2 ** 20, 0))],
    [compared, byBatch(steps, "comparisons", ratio)],
  ];
  const filled = parts.filter((part) => part.length && part.every(Boolean));
  return filled.map((part) => part.join(part === failures ? "\n" : "\n\n")).join("\n\n");
}

/** The straight line through the durations that is nearest in proportion, and the largest share by which one is off it. */
function line(points) {
  const sum = (value) => points.reduce((all, point) => all + value(point), 0);
  const weight = ([, y]) => 1 / y ** 2;
  const [w, x, y] = [sum(weight), sum((point) => weight(point) * point[0]), sum((point) => weight(point) * point[1])];
  const slope = (w * sum((point) => weight(point) * point[0] * point[1]) - x * y) / (w * sum((point) => weight(point) * point[0] ** 2) - x * x);
  const start = (y - slope * x) / w;
  return { start, slope, off: Math.max(...points.map(([at, value]) => Math.abs(start + slope * at - value) / value)) };
}

function scalingTable(scaling) {
  const of = (axis) => scaling.filter((each) => each.axis === axis);
  const rows = (axis) => of(axis).map((each) =>
    [`batch ${each.batch}, ${each.side}x${each.side}`, ms(each.step_ms), number(each.ms_per_image, 3), number(each.ns_per_pixel, 0)]);
  const fit = (axis, unit, amount) => {
    const { start, slope, off } = line(of(axis).map((each) => [amount(each), each.step_ms]));
    return `Straight line: ${ms(start)} ms and ${ms(slope)} ms for ${unit}; the steps are within ${number(100 * off, 0)} % of it.`;
  };
  const head = ["", "ms a step", "ms an image", "ns a pixel"];
  return ["Cost of a native step, all cores: taylornet-28 by batch, and a network of two levels by pixels",
    table(head, rows("batch")), fit("batch", "each image", ({ batch }) => batch),
    table(head, rows("pixels")), fit("pixels", "each 1,000 pixels", ({ batch, side }) => (batch * side * side) / 1_000)].join("\n\n");
}

function peakTable(peak) {
  const rows = peak.map((line) =>
    [`${line.device}, batch ${line.batch}`, ms(line.step_ms), number(line.step_gigaflops, 1), number(line.peak_gigaflops, 1), `${number(100 * line.share_of_peak, 0)} %`]);
  return ["Arithmetic of a native step of taylornet-28 beside one product of matrices of 1,024 x 1,024", "",
    table(["", "ms a step", "GFLOP/s", "product, GFLOP/s", "share"], rows)].join("\n");
}

function loadingTable(loading) {
  const rows = loading.map((each) => (each.error
    ? [each.cache, "failed", each.error, "", "", "", ""]
    : [`${each.cache} cache`, ...[each.paint_ms, each.usable_ms, each.largest_paint_ms, each.ready_ms, each.answered_ms].map(range), number(each.layout_shift, 4)]));
  return ["Loading from this machine, without a network between: median in ms (fastest–slowest, loads); the largest layout shift, of which 0.02 are allowed", "",
    table(["", "first paint", "page usable", "largest paint", "worker ready", "first answer", "layout shift"], rows)].join("\n");
}

function sizeTable(sizes) {
  const rows = sizes.map(({ name, files, raw, gzip, brotli }) =>
    [name, ...(files.length ? [raw, gzip, brotli].map(kilobytes) : ["–", "–", "–"])]);
  return ["Sizes in kB (1,000 bytes)", "", table(["", "raw", "gzip", "brotli"], rows)].join("\n");
}

function crateTable({ code, data, crates, rest }) {
  const row = (name, bytes) => [name, kilobytes(bytes), `${number((100 * bytes) / code, 1)} %`];
  const rows = [...crates.map((each) => row(each.name, each.code)), row("all others", rest), row("all code", code)];
  return ["The worker as linked, before wasm-opt: code in kB by crate (generic code of others where its name tells), and its constant data", "",
    table(["", "kB", "share of the code"], [...rows, ["data", kilobytes(data), ""]])].join("\n");
}

function drawingTable(drawing) {
  const row = (name, { p50_ms: middle, p95_ms: slow, count, walks_per_second: walks }) =>
    [name, ms(middle), ms(slow), number(count, 0), walks === undefined ? "" : number(walks, 1)];
  const rows = drawing.flatMap(({ model, error, similarities, ...delays }) => (error
    ? [[model, "failed", error, "", ""]]
    : [row(model, delays), row(`ten similarities beside ${model}`, similarities)]));
  return ["From a pointer's movement to the answer on the page, CPU in the browser, in ms", "",
    table(["", "p50", "p95", "answers", "pictures of the walk a second while the pen is down"], rows)].join("\n");
}

function polynomialTable(polynomial) {
  const rows = polynomial.map(({ name, error, ms: times, memory_bytes: bytes }) =>
    (error ? [name, "failed", error] : [name, range(times), number(bytes / 2 ** 20, 0)]));
  return ["Exact polynomials, CPU in the browser: median in ms (fastest–slowest, repetitions), and MiB of the worker's memory after it", "",
    table(["", "time", "memory"], rows)].join("\n");
}

function distillationTable(distillation) {
  const rows = distillation.map(({ name, width, error, subset_steps_per_sec: steps }) =>
    [name, number(width, 0), error ? `failed: ${error}` : number(steps, 2)]);
  return ["Distillation: gradient steps of a subset in a second, redraws of the embedder (one for five steps) included", "",
    table(["", "width of the embedder", "subset-steps/s"], rows)].join("\n");
}

/** Everything that was measured. */
export function markdown({ machine, browser, libraries, use_by_others: others, steps, scaling, peak, loading, sizes, crates, drawing, polynomial, distillation }) {
  const where = `${machine.cpu}, ${machine.cores} cores; ${[browser, ...libraries].filter(Boolean).join("; ")}; the GPU is software (SwiftShader)`;
  const used = others.map((share) => `${number(100 * share, 0)} %`).join(" and ");
  const parts = [`Measured on ${machine.date}: ${where}. Other programs used ${used} of the processor before and after.`];
  if (steps?.length) parts.push(stepTable(steps));
  if (scaling) parts.push(scalingTable(scaling));
  if (peak) parts.push(peakTable(peak));
  if (loading) parts.push(loadingTable(loading));
  if (sizes) parts.push(sizeTable(sizes));
  if (crates) parts.push(crateTable(crates));
  if (drawing) parts.push(drawingTable(drawing));
  if (polynomial) parts.push(polynomialTable(polynomial));
  if (distillation) parts.push(distillationTable(distillation));
  return `${parts.join("\n\n")}\n`;
}
