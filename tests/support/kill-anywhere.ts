import { afterAll, beforeAll, expect, test } from "vitest";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { bundleChild } from "./bundle-child";
import type { Noticed } from "./kill-driver";
import { WarmProcesses } from "./kill-process";
import { type Picture, type Scene, takePicture } from "./kill-scene";
import { STORIES } from "./kill-stories";
import type { Story } from "./kill-story";

const TIMEOUT_MS = 600_000;
const READS = /^\s*SELECT\b/i;
const BEGINS = /^\s*BEGIN\b/i;
const ENDS = /^\s*(COMMIT|ROLLBACK)\b/i;

/**
 * Kills a process at every statement of every story that can change what is left, and looks at the database that it leaves.
 * `open` prepares that database, and DATABASE_URL names it. The story happened whole or not at all, and if it did not happen,
 * it can be played again with the same link or code.
 */
export function killAnywhere(open: () => Promise<void>): void {
  let processes: WarmProcesses;
  const points: Record<string, number> = {};

  beforeAll(async () => {
    await open();
    processes = new WarmProcesses(await bundleChild("kill-child"));
  });
  afterAll(async () => {
    await processes?.close();
    await db.$disconnect();
    const all = Object.values(points).reduce((sum, count) => sum + count, 0);
    console.log(
      [...Object.entries(points), ["points in all", all]].map(([name, count]) => `${count} ${name}`).join("\n"),
    );
  });

  test.for(STORIES.map((story) => [story.name, story] as const))(
    "%s, whole or not at all",
    { timeout: TIMEOUT_MS },
    async ([, story]) => {
      const { whole, statements } = await playUnharmed(story);
      const broken: string[] = [];
      for (const number of story === STORIES[0] ? allOf(statements) : differing(statements)) {
        points[story.name] = (points[story.name] ?? 1) + 1;
        const problem = await killOnce(story, number, whole);
        if (problem) broken.push(problem);
      }
      expect(broken).toEqual([]);
    },
  );

  /** Plays it to its end, where the process is killed. */
  async function playUnharmed(story: Story): Promise<{ whole: Picture; statements: Noticed[] }> {
    const scene = await story.prepare();
    const { statements } = await processes.play({ story: story.name, scene, killBefore: Number.MAX_SAFE_INTEGER });
    const whole = await takePicture(scene);
    expect(whole).toMatchObject(story.ending);
    return { whole, statements };
  }

  /** @returns the problem afterwards, or null. */
  async function killOnce(story: Story, number: number, whole: Picture): Promise<string | null> {
    const scene = await story.prepare();
    const before = await takePicture(scene);
    const { statements } = await processes.play({ story: story.name, scene, killBefore: number });
    const died = `killed before statement ${number}, ${statements.at(-1)?.sql.slice(0, 60)}:`;
    const left = await takePicture(scene);
    if (isSame(left, whole)) return null;
    if (!isSame(left, before)) return `${died} half done\n${differences(left, before, whole)}`;
    return playAgain(story, scene, story.countsFirst ? [before, whole] : [whole], died);
  }
}

/**
 * The numbers of the statements before which a death leaves something else than a death before the previous one. A read changes
 * nothing, and the writes of a transaction count from its commit: the database undoes the rest, which the first story shows by
 * dying at each of its statements.
 */
function differing(statements: Noticed[]): number[] {
  const open = new Set<number>();
  const changes = statements.map(({ sql, connection }) => {
    if (BEGINS.test(sql)) open.add(connection);
    if (ENDS.test(sql)) open.delete(connection);
    return !open.has(connection) && !READS.test(sql);
  });
  return statements.flatMap((_, index) => (index === 0 || changes[index - 1] ? [index + 1] : []));
}

function allOf(statements: Noticed[]): number[] {
  return statements.map((_, index) => index + 1);
}

/** @param right the states that the database may be in afterwards. */
async function playAgain(story: Story, scene: Scene, right: Picture[], died: string): Promise<string | null> {
  const again = await story.play(scene);
  await backgroundIdle();
  if (!again.ok) return `${died} nothing has happened, and it cannot be done any more: ${again.error.code}`;
  const then = await takePicture(scene);
  if (right.some((picture) => isSame(then, picture))) return null;
  return [`${died} done again, it ends otherwise`, ...right.map((picture) => differences(then, picture, picture))].join(
    "\n",
  );
}

function isSame(one: Picture, other: Picture): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The lines that happened and those that did not. */
function differences(left: Picture, before: Picture, whole: Picture): string {
  const missing = (from: Picture, other: Picture) => linesOf(from).filter((line) => !linesOf(other).includes(line));
  return `  there already: ${missing(left, before).join("; ")}\n  still missing: ${missing(whole, left).join("; ")}`;
}

function linesOf({ users, waiting, mails, told }: Picture): string[] {
  const fields = users.flatMap((user) =>
    Object.entries(user).map(([field, value]) => `${field} ${JSON.stringify(value)}`),
  );
  return [
    ...fields,
    `waiting ${JSON.stringify(waiting)}`,
    `mails ${JSON.stringify(mails)}`,
    `told ${JSON.stringify(told)}`,
  ];
}
