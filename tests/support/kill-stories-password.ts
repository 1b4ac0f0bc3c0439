import { changePassword } from "@/lib/auth/change-password";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { recoverByCodeAt, recoverByLink } from "@/lib/auth/recover-by-mail";
import { confirmResetCode, sendResetCode } from "@/lib/auth/reset-by-code";
import { resetPassword } from "@/lib/auth/reset-password";
import { mailed, ownerAndThief, squatter } from "./kill-people";
import { NEW_PASSWORD, principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { links, PASSWORD } from "./people";

/** The owner has asked for a reset. A thief has asked to change the address, and that link is open too. */
async function resetMailed(begin: typeof squatter): Promise<Scene> {
  const { user, scene } = await begin();
  await mailed("change-email", user, { from: user.email, to: "thief@example.com" });
  const { id, token, code } = await mailed("reset", user);
  return { ...scene, id, token, code };
}

const reset = ({ token, client }: Scene) => resetPassword({ token, newPassword: NEW_PASSWORD }, client);
const recover = ({ token, client }: Scene) => recoverByLink({ token, session: { kind: "api" } }, client);

export const PASSWORD_STORIES: Story[] = [
  {
    name: "a person asks for a reset link",
    prepare: async () => (await ownerAndThief()).scene,
    play: ({ emails: [email], client }) => forgotPassword({ email }, client, links),
    ending: { waiting: ["reset"], mails: ["reset-password to 0"] },
  },
  {
    name: "a person resets the password",
    prepare: () => resetMailed(ownerAndThief),
    play: reset,
    ending: { users: [{ password: "new", sessions: [] }], waiting: [], mails: ["password-changed to 0"] },
  },
  {
    name: "a person resets the password of an account that was never proved",
    prepare: () => resetMailed(squatter),
    play: reset,
    ending: {
      users: [{ password: "new", verified: true, sessions: [], accounts: [] }],
      waiting: [],
      mails: ["password-changed to 0"],
    },
  },
  {
    name: "a person asks for a reset code",
    prepare: async () => (await ownerAndThief()).scene,
    play: ({ emails: [email], client }) => sendResetCode({ email }, client, links),
    ending: { waiting: ["reset"], mails: ["confirm-email to 0"] },
  },
  {
    name: "a person types the reset code",
    prepare: () => resetMailed(ownerAndThief),
    play: ({ id: verificationId, code, client }) => confirmResetCode({ verificationId, code }, client),
    ending: { users: [{ password: "old" }], waiting: ["change-email", "reset"] },
  },
  {
    name: "a person sets the password after the reset code",
    async prepare() {
      const scene = await resetMailed(ownerAndThief);
      const confirmed = await confirmResetCode({ verificationId: scene.id, code: scene.code }, scene.client);
      if (!confirmed.ok) throw new Error("The code was refused");
      return { ...scene, token: confirmed.value.token };
    },
    play: reset,
    ending: { users: [{ password: "new", sessions: [] }], waiting: [], mails: ["password-changed to 0"] },
  },
  {
    name: "a person signs in by the reset link",
    prepare: () => resetMailed(ownerAndThief),
    play: recover,
    ending: { users: [{ password: "old" }] },
  },
  {
    name: "an app signs a person in by the reset code",
    prepare: () => resetMailed(ownerAndThief),
    play: ({ emails: [email], code, client }) => recoverByCodeAt({ email, code, session: { kind: "api" } }, client),
    ending: { users: [{ password: "old", sessions: ["new", "owner", "thief"] }] },
  },
  {
    name: "a person signs in by the reset link to an account that was never proved",
    prepare: () => resetMailed(squatter),
    play: recover,
    ending: { users: [{ password: "none", verified: true, sessions: ["new"], accounts: [] }], waiting: [] },
  },
  {
    name: "a person changes the password",
    async prepare() {
      const scene = await resetMailed(ownerAndThief);
      return { ...scene, token: "", code: "", id: "" };
    },
    async play(scene) {
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      return changePassword(await principalOf(scene, "owner"), input, scene.client);
    },
    ending: {
      users: [{ password: "new", sessions: ["owner, new token"] }],
      waiting: [],
      mails: ["password-changed to 0"],
    },
  },
];
