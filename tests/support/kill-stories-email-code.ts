import { proveByEmailCode, sendProofCode } from "@/lib/auth/email-code/prove-by-email-code";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode, signInByCodeAt, signInByLink } from "@/lib/auth/email-code/sign-in-by-mail";
import { emptyScene, mailed, ownerAndThief, squatter } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { links } from "./people";

const ASKED = { ip: null, userAgent: null };

/** A sign-in by mail that has begun and whose mail has arrived. */
async function signInMailed(begin: typeof squatter): Promise<Scene> {
  const { user, scene } = await begin();
  return { ...scene, ...(await mailed("sign-in", user, ASKED)) };
}

/** An address without a user, whose mailbox will make it one. */
async function joining(): Promise<Scene> {
  const scene = emptyScene();
  const payload = { ...ASKED, createUser: true };
  return { ...scene, ...(await mailed("sign-in", null, payload, scene.emails[0])) };
}

const type = ({ id: verificationId, code, client }: Scene) => signInByCode({ verificationId, code }, client);
const typeAt = ({ emails: [email], code, client }: Scene) =>
  signInByCodeAt({ email, code, session: { kind: "api" } }, client);

export const EMAIL_CODE_STORIES: Story[] = [
  {
    name: "a person asks for a code to sign in",
    prepare: async () => (await ownerAndThief()).scene,
    play: ({ emails: [email], client }) => sendSignInCode({ email }, client, links),
    ending: { waiting: ["sign-in"], mails: ["sign-in-code to 0"] },
  },
  {
    name: "a person asks for another code to sign in",
    prepare: () => signInMailed(ownerAndThief),
    play: ({ emails: [email], id: pendingId, client }) => sendSignInCode({ email, pendingId }, client, links),
    ending: { waiting: ["sign-in"], mails: ["sign-in-code to 0"] },
  },
  {
    name: "a person signs in by a mailed code",
    prepare: () => signInMailed(ownerAndThief),
    play: type,
    ending: {
      users: [{ password: "old", sessions: ["new", "owner", "thief"] }],
      waiting: [],
      mails: ["new-sign-in to 0"],
    },
  },
  {
    name: "a person signs in by a mailed link",
    prepare: () => signInMailed(ownerAndThief),
    play: ({ token, client }) => signInByLink({ token }, client),
    ending: { users: [{ sessions: ["new", "owner", "thief"] }], waiting: [], mails: ["new-sign-in to 0"] },
  },
  {
    name: "a person signs in by a mailed code to an account that was never proved",
    prepare: () => signInMailed(squatter),
    play: type,
    ending: { users: [{ password: "none", verified: true, sessions: ["new"], accounts: [] }], waiting: [] },
  },
  {
    name: "an app makes a user of an address by its mailed code",
    prepare: joining,
    play: typeAt,
    ending: { users: [{ password: "none", verified: true, sessions: ["new"] }], waiting: [] },
  },
  {
    name: "a signed-in person asks for a code to prove again who they are",
    prepare: async () => (await ownerAndThief()).scene,
    play: async (scene) => sendProofCode(await principalOf(scene, "owner"), scene.client),
    ending: { waiting: ["reauthenticate"], mails: ["your-code to 0"] },
  },
  {
    name: "a signed-in person proves again by a mailed code who they are",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      return { ...scene, ...(await mailed("reauthenticate", user, { sessionId: scene.sessions.owner?.id ?? "" })) };
    },
    play: async (scene) => proveByEmailCode(await principalOf(scene, "owner"), { code: scene.code }, scene.client),
    ending: { users: [{ sessions: ["owner, new token", "thief"] }], waiting: [] },
  },
];
