import { requestEmailChange, resendEmailChange } from "@/lib/auth/change-email";
import {
  confirmEmailChange,
  confirmEmailChangeByCode,
  confirmEmailChangeByOpening,
  undoEmailChange,
} from "@/lib/auth/confirm-email-change";
import { db } from "@/lib/db";
import { mailed, ownerAndThief, signedIn } from "./kill-people";
import { newEmail, principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { links, PASSWORD } from "./people";

/** A change that was asked for: the new mailbox has one link, the old one another. The scene's token is that of `which`. */
async function asked(which: "change-email" | "undo-email-change"): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  await mailed("reset", user);
  const change = { from: user.email, to: newEmail() };
  const confirm = await mailed("change-email", user, change, change.to);
  const undo = await mailed("undo-email-change", user, change);
  const { token, id, code } = which === "change-email" ? confirm : undo;
  return { ...scene, emails: [change.from, change.to], token, id, code };
}

/** The thief has moved the address, and has asked to move it on. */
async function moved(): Promise<Scene> {
  const scene = await asked("undo-email-change");
  const [from, to = ""] = scene.emails;
  const user = await db.user.update({ where: { email: from }, data: { email: to } });
  await db.verification.deleteMany({ where: { userId: user.id, purpose: "change-email" } });
  await mailed("undo-email-change", user, { from: to, to: newEmail() });
  return { ...scene, sessions: { thief: await signedIn(user) } };
}

const undo = ({ token, client }: Scene) => undoEmailChange(token, client);

export const EMAIL_STORIES: Story[] = [
  {
    name: "a person asks for another address",
    async prepare() {
      const { scene } = await ownerAndThief();
      return { ...scene, emails: [scene.emails[0], newEmail()] };
    },
    async play(scene) {
      const input = { email: scene.emails[1] ?? "", currentPassword: PASSWORD };
      return requestEmailChange(await principalOf(scene, "owner"), input, scene.client, links);
    },
    ending: {
      waiting: ["change-email", "undo-email-change"],
      mails: ["confirm-new-email to 1", "email-change-notice to 0"],
    },
  },
  {
    name: "a person confirms the new address",
    prepare: () => asked("change-email"),
    async play(scene) {
      const principal = await principalOf(scene, "owner");
      return confirmEmailChange({ token: scene.token, principal }, scene.client);
    },
    ending: {
      users: [{ verified: true, sessions: ["owner, new token"] }],
      waiting: ["undo-email-change"],
      mails: ["email-changed to 1"],
      told: ["user.email_changed", "user.signed_in", "user.signed_in"],
    },
  },
  {
    name: "an app confirms the new address by the mailed code",
    prepare: () => asked("change-email"),
    async play(scene) {
      const typed = { email: scene.emails[1] ?? "", code: scene.code };
      return confirmEmailChangeByCode(await principalOf(scene, "owner"), typed, scene.client);
    },
    ending: {
      users: [{ verified: true, sessions: ["owner, new token"] }],
      waiting: ["undo-email-change"],
      mails: ["email-changed to 1"],
    },
  },
  {
    name: "a person confirms the new address by a link that leads on to an app",
    prepare: () => asked("change-email"),
    play: ({ token, client }) => confirmEmailChangeByOpening({ token, session: { kind: "api" } }, client),
    ending: {
      users: [{ verified: true, sessions: ["new"] }],
      waiting: ["undo-email-change"],
      mails: ["email-changed to 1"],
    },
  },
  {
    name: "a person has the mail to the new address sent again",
    prepare: () => asked("change-email"),
    play: ({ emails: [email], client }) => resendEmailChange({ email }, client, links),
    ending: { users: [{ sessions: ["owner", "thief"] }], mails: ["confirm-new-email to 1"] },
  },
  {
    name: "a person stops a change of address that a thief asked for",
    prepare: () => asked("undo-email-change"),
    play: undo,
    ending: { users: [{ sessions: [] }], waiting: [] },
  },
  {
    name: "a person takes back a change of address that a thief has made",
    prepare: moved,
    play: undo,
    ending: { users: [{ sessions: [] }], waiting: [], mails: ["email-taken-back to 1"] },
  },
];
