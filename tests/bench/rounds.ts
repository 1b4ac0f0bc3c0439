/** One figure of a report: what was measured, what it must be, and whether it is. */
export type Figure = { name: string; measured: string; goal: string; ok: boolean };

export const ROUNDS = 7;
/** Rounds before the first that counts: a server gets faster for half a minute, as its code is compiled. */
const WARM_UPS = 2;

/**
 * Measures things in turn, round after round, every other round backwards, so that what else the machine does, and what
 * one leaves for the next, meets all of them alike.
 * @returns the values of each, in the order of the rounds
 */
export async function interleaved<Name extends string>(
  measures: Record<Name, () => Promise<number>>,
  rounds = ROUNDS,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measures) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await measures[name]();
      if (round >= 0) values[name].push(value);
    }
    process.stdout.write(".");
  }
  return values;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

/** The median of the ratios round by round: what was slow in one round was slow for both. */
export function medianRatio(above: number[], below: number[]): number {
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** How far apart the rounds were, as a share of the median: how much to believe. */
export function spread(values: number[]): string {
  return `±${Math.round(((Math.max(...values) - Math.min(...values)) / median(values) / 2) * 100)} %`;
}

export const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;
