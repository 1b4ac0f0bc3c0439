import { randomUUID } from "node:crypto";
import { ok } from "@/lib/auth/model/errors";
import { db } from "@/lib/db";
import { disconnectAccount, keepForLinking, linkWaiting } from "@/lib/oauth/link-account";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { addAccount, emptyScene, ownerAndThief, profileOf, squatter } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";

/** The scene, with the id of its person at GitHub. */
const atGithub = (scene: Scene): Scene => ({ ...scene, id: randomUUID() });

const signIn = (scene: Scene) => signInWithProfile(profileOf(scene), scene.client);

export const PROVIDER_STORIES: Story[] = [
  {
    name: "a provider's sign-in creates a user",
    prepare: async () => atGithub(emptyScene()),
    play: signIn,
    ending: { users: [{ verified: true, password: "none", accounts: ["github: 0"], sessions: ["new"] }] },
  },
  {
    name: "a provider's sign-in opens the account it is linked to",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      const accountId = await addAccount(user, user.email);
      const { providerAccountId } = await db.account.findUniqueOrThrow({ where: { id: accountId } });
      return { ...scene, id: providerAccountId };
    },
    play: signIn,
    ending: { users: [{ sessions: ["new", "owner", "thief"] }], mails: ["new-sign-in to 0"] },
  },
  {
    name: "a provider's sign-in takes over an account that was never proved",
    prepare: async () => atGithub((await squatter()).scene),
    play: signIn,
    ending: {
      users: [{ name: "Alice", verified: true, password: "none", accounts: ["github: 0"], sessions: ["new"] }],
      waiting: [],
    },
  },
  {
    name: "a person links a provider's account in a session",
    prepare: async () => atGithub((await ownerAndThief()).scene),
    play: async (scene) =>
      signInWithProfile(profileOf(scene), scene.client, { principal: await principalOf(scene, "owner") }),
    ending: { users: [{ accounts: ["github: 0"] }], mails: ["account-linked to 0"] },
  },
  {
    name: "a person signs in, and a provider's account that waited for it is linked",
    async prepare() {
      const { scene } = await ownerAndThief();
      return { ...scene, id: (await keepForLinking(profileOf(atGithub(scene)))) ?? "" };
    },
    async play(scene) {
      return ok(await linkWaiting(scene.id, await principalOf(scene, "owner"), scene.client));
    },
    ending: { users: [{ accounts: ["github: 0"] }], waiting: [], mails: ["account-linked to 0"] },
  },
  {
    name: "a person disconnects a provider's account",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      return { ...scene, id: await addAccount(user, user.email) };
    },
    play: async (scene) => disconnectAccount(await principalOf(scene, "owner"), { accountId: scene.id }, scene.client),
    ending: { users: [{ accounts: [], sessions: ["owner"] }], mails: ["account-unlinked to 0"] },
  },
];
