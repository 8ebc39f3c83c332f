// Small numbers about many numbers.

/** The value that the given share of the values does not exceed (nearest rank); the same as on the page. */
export function percentile(values, share) {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  return sorted.length ? sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] : NaN;
}

/** The middle; the mean of the two middle ones of an even number. */
export function median(values) {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, smallest and largest, and how many, rounded to hundredths. */
export function summary(values) {
  const round = (value) => Math.round(value * 100) / 100;
  return {
    median: round(median(values)),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
    count: values.length,
  };
}

/** Rejects when `work` takes longer than it may. */
export function within(work, limitMs, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${limitMs / 1000} s`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The first line of what went wrong. */
export function reason(error) {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^page\.\w+: (Error: )?/, "").split("\n")[0].slice(0, 300);
}
