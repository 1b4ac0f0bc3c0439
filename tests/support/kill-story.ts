import type { Result } from "@/lib/auth/model/errors";
import type { Picture, Scene } from "./kill-scene";

/** A story that writes: its beginning, its request and its end. */
export type Story = {
  /** As a person would tell it, in the present tense. */
  name: string;
  prepare(): Promise<Scene>;
  /** One request. Another process plays it, so it knows only the scene. */
  play(scene: Scene): Promise<Result<unknown>>;
  /** For stories whose count before the kill stays: played again, such a story may leave all as it is. */
  countsFirst?: boolean;
  /** A part of the picture after the story, as `toMatchObject` takes it. */
  ending: {
    users?: Record<string, unknown>[];
    waiting?: Picture["waiting"];
    mails?: Picture["mails"];
    told?: Picture["told"];
  };
};
