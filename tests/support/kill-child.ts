import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { killBefore, killNow } from "./kill-driver";
import type { Scene } from "./kill-scene";
import { STORIES } from "./kill-stories";

/*
 * A process that plays one story and is killed in it: before one of its statements, or when all of it is done, with the work
 * after the answer. It prints a line for each statement. Its order comes as a message, once it is warm.
 */

export type Order = { story: string; scene: Scene; killBefore: number };

log.level = "silent";
process.once("message", (order: Order) => void play(order));
await db.user.findFirst();
process.send?.("ready");

async function play(order: Order): Promise<void> {
  const story = STORIES.find(({ name }) => name === order.story);
  if (!story) throw new Error(`There is no story like: ${order.story}`);
  killBefore(order.killBefore);
  const result = await story.play(order.scene);
  if (!result.ok) throw new Error(`The story was refused: ${result.error.code}`);
  await backgroundIdle();
  killNow();
}
