// Training steps: the contenders take turns, so that whatever else the machine does hits all of them alike.
import { gunzipSync } from "node:zlib";
import { COMPARISONS, CONTENDERS } from "./contenders.mjs";
import { reason, summary, within } from "./statistics.mjs";

const MODEL = "taylornet-28";
const SIDE = 28;
const IMAGES = 256;
const BATCHES = [8, 32, 128];
/** One call of a contender may take this long; a software GPU is slow. */
const LIMIT_MS = 300_000;
/** A contender makes as many steps in its turn as fit into this, at least one. */
const TURN_MS = 2_000;
const MOST_STEPS = 10;

/** Test images of MNIST as numbers from 0 to 1, from the site's own files. */
async function mnist(baseUrl) {
  const load = async (name) => {
    const answer = await fetch(new URL(`assets/data/mnist/${name}`, baseUrl));
    if (!answer.ok) throw new Error(`${name}: the server answered ${answer.status}`);
    return gunzipSync(Buffer.from(await answer.arrayBuffer()));
  };
  const [pixels, labels] = await Promise.all([load("t10k-images-idx3-ubyte.gz"), load("t10k-labels-idx1-ubyte.gz")]);
  const area = SIDE * SIDE;
  const image = (index) => [...pixels.subarray(16 + index * area, 16 + (index + 1) * area)].map((value) => value / 255);
  return {
    images: Array.from({ length: IMAGES }, (_, index) => image(index)),
    labels: [...labels.subarray(8, 8 + IMAGES)],
  };
}

async function open(contender, setting, say) {
  say(`opening ${contender.name}`);
  try {
    return { ...contender, ...(await within(contender.open(setting), LIMIT_MS, "opening")), turns: new Map() };
  } catch (error) {
    say(`${contender.name}: ${reason(error)}`);
    return { ...contender, error: reason(error), turns: new Map() };
  }
}

/** One turn; a contender that fails is not asked again. */
async function turn(contender, batch, count, say) {
  if (contender.error) return [];
  try {
    return await within(contender.steps(batch, count), LIMIT_MS, `${count} steps of batch ${batch}`);
  } catch (error) {
    contender.error = reason(error);
    say(`${contender.name}: ${contender.error}`);
    return [];
  }
}

async function measure(opened, batch, { rounds, warmUp }, say) {
  const taking = opened.filter(({ batches }) => batches.includes(batch));
  const done = new Map(taking.map((contender) => [contender, { warm: [], steps: [] }]));
  for (const contender of taking) {
    const { warm } = done.get(contender);
    warm.push(...(await turn(contender, batch, 1, say)));
    // The first step compiles and allocates; fast ones need a few more until their speed is steady.
    if (warm.at(-1)?.ms < TURN_MS) warm.push(...(await turn(contender, batch, warmUp, say)));
    say(`batch ${batch}, ${contender.name}: first step ${Math.round(warm[0]?.ms)} ms`);
  }
  for (let round = 1; round <= rounds; round++) {
    say(`batch ${batch}: round ${round} of ${rounds}`);
    for (const contender of taking) {
      const { warm, steps } = done.get(contender);
      const usual = (steps.at(-1) ?? warm.at(-1))?.ms ?? TURN_MS;
      const count = Math.max(1, Math.min(MOST_STEPS, Math.floor(TURN_MS / usual)));
      steps.push(...(await turn(contender, batch, count, say)));
    }
  }
  return Promise.all(taking.map((contender) => row(contender, batch, done.get(contender))));
}

async function row({ name, info, error, memory }, batch, { warm, steps }) {
  if (error) return { name, ...info, error };
  const losses = [...warm, ...steps].map(({ loss }) => loss).filter(Number.isFinite);
  return {
    name,
    ...info,
    step_ms: summary(steps.map(({ ms }) => ms)),
    first_step_ms: Math.round(warm[0].ms),
    peak_memory_bytes: await memory?.(batch),
    losses: { first: losses[0], last: losses.at(-1) },
  };
}

/** A contender with other parameters trains another network. */
function refuseOthers(rows, parameters) {
  for (const each of rows) {
    if (!each.error && each.parameters !== parameters) {
      each.error = `it has ${each.parameters} parameters and not ${parameters}: another network`;
    } else if (!each.error && !Number.isFinite(each.losses.last)) {
      each.error = "its loss is not a number";
    }
  }
}

/** Who took how many times as long, and as much memory, as ours. */
function comparisons(rows) {
  const named = (name) => rows.find((each) => each.name === name && !each.error);
  return COMPARISONS.flatMap(({ name, ours, other }) => {
    const [one, two] = [named(ours), named(other)];
    if (!one || !two) return [];
    const share = (a, b) => Math.round((100 * a) / b) / 100;
    return [{ name, time: share(two.step_ms.median, one.step_ms.median), memory: share(two.peak_memory_bytes, one.peak_memory_bytes) }];
  });
}

/**
 * @param {{baseUrl: string, webUrl: string, program?: string, networks: object[], only?: string}} where
 * @param {{rounds: number, warmUp: number}} effort
 */
export async function steps({ networks, only, ...where }, effort, say) {
  const { network, parameters } = networks.find(({ name }) => name === MODEL);
  const setting = { ...where, ...(await mnist(where.baseUrl)), name: MODEL, network, parameters };
  const chosen = CONTENDERS.filter(({ name }) => !only || name.includes(only));
  const opened = [];
  for (const contender of chosen) opened.push(await open(contender, setting, say));
  const measured = [];
  try {
    for (const batch of BATCHES) {
      const contenders = await measure(opened, batch, effort, say);
      refuseOthers(contenders, parameters);
      measured.push({ model: MODEL, parameters, batch, contenders, comparisons: comparisons(contenders) });
    }
  } finally {
    await Promise.all(opened.map((contender) => contender.close?.().catch(() => {})));
  }
  return measured;
}
