import { removeAvatar, setAvatar } from "@/lib/auth/avatar/change-avatar";
import { photo, picture } from "./avatar-pictures";
import { ownerAndThief } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";

async function ownerWithPicture(): Promise<Scene> {
  const { scene } = await ownerAndThief();
  await setAvatar(await principalOf(scene, "owner"), await picture(), scene.client);
  return scene;
}

export const AVATAR_STORIES: Story[] = [
  {
    name: "a person uploads another picture",
    prepare: ownerWithPicture,
    play: async (scene) => setAvatar(await principalOf(scene, "owner"), await photo(), scene.client),
    ending: { users: [{ picture: "shown" }] },
  },
  {
    name: "a person removes the picture",
    prepare: ownerWithPicture,
    play: async (scene) => removeAvatar(await principalOf(scene, "owner")),
    ending: { users: [{ picture: "none" }] },
  },
];
