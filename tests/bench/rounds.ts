/** One figure of a report: its name, the measured value, its goal, and whether it reaches the goal. */
export type Figure = { name: string; measured: string; goal: string; ok: boolean };

export const ROUNDS = 7;
/** Rounds before the first that counts: a server gets faster for half a minute, as its code is compiled. */
const WARM_UPS = 2;

/**
 * Measures things in turn, round after round, every other round backwards, so that the machine's other work, and traces of the
 * measurement before, affect all of them alike.
 * @returns the values of each, in the order of the rounds
 */
export async function interleaved<Name extends string, T>(
  measures: Record<Name, () => Promise<T>>,
  rounds = ROUNDS,
  warmUps = WARM_UPS,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(measures) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = -warmUps; round < rounds; round++) {
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

/** The ratios round by round, because a slow round is slow for both. */
export function ratios(above: number[], below: number[]): number[] {
  return above.map((value, round) => value / (below[round] ?? Number.NaN));
}

export const medianRatio = (above: number[], below: number[]) => median(ratios(above, below));

/** Normal deviates that hold 95 % between them. */
const CONFIDENCE = 1.96;

/**
 * How far the median may be off, as a share of it: half of the interval that holds it with a probability of 95 %, by
 * the rounds themselves. (Of n values in a row, those about √n on either side of the middle.)
 */
function spreadOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const outside = Math.max(1, Math.floor((values.length - CONFIDENCE * Math.sqrt(values.length)) / 2));
  const [least = Number.NaN, most = Number.NaN] = [sorted[outside - 1], sorted.at(-outside)];
  return (most - least) / median(values) / 2;
}

export const spread = (values: number[]) => `±${Math.round(spreadOf(values) * 100)} %`;

export const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;

const MOST_SPREAD = 0.1;

type Compared = {
  name: string;
  /** The better by the worse, round by round, so that more is better. */
  values: number[];
  /** The least that the figure must be. Without it the figure is for information only. */
  goal?: number;
  /** How the figure and its goal are written. */
  words?: (ratio: number) => string;
  beside?: string;
};

/** A figure of a ratio. If the rounds differ too much, it quotes no value and reaches no goal. */
export function compared({ name, values, goal, words = percent, beside }: Compared): Figure {
  const [ratio, noisy] = [median(values), !(spreadOf(values) <= MOST_SPREAD)];
  const measured = [`${words(ratio)} (${spread(values)})`, ...(beside ? [beside] : [])].join("; ");
  return {
    name,
    measured: noisy ? `nothing: the machine is too noisy (${spread(values)})` : measured,
    goal: goal === undefined ? "" : `≥ ${words(goal)}`,
    ok: goal === undefined || (!noisy && ratio >= goal),
  };
}
