import type { Result } from "@/lib/auth/model/errors";
import type { Picture, Scene } from "./kill-scene";

/** A story that writes: how it begins, what is done in it, and how it ends. */
export type Story = {
  /** As a person would tell it, in the present. */
  name: string;
  prepare(): Promise<Scene>;
  /** One request. Played in a process of its own, so that it knows the scene only. */
  play(scene: Scene): Promise<Result<unknown>>;
  /** Set where what was counted before the kill stays counted: played again, the story may leave all as it is. */
  countsFirst?: boolean;
  /** Part of the picture once it has happened, as `toMatchObject` takes it. */
  ending: {
    users?: Record<string, unknown>[];
    waiting?: Picture["waiting"];
    mails?: Picture["mails"];
    told?: Picture["told"];
  };
};
