import { confirmCodeAt } from "@/lib/auth/confirm-by-address";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { register } from "@/lib/auth/register";
import { emptyScene, mailed, ownerAndThief, squatter } from "./kill-people";
import { NEW_PASSWORD, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { links, withEnv } from "./people";

/** A registration of this scene's address, whose mail has arrived. */
async function registered(scene: Scene): Promise<Scene> {
  const payload = { profile: { name: "Alice" }, passwordHash: await hashPassword(NEW_PASSWORD) };
  const { id, code, token } = await mailed("register", null, payload, scene.emails[0]);
  return { ...scene, id, code, token };
}

const alice = { name: "Alice", verified: true, password: "new", sessions: ["new"], accounts: [] };
const registration = ({ emails: [email], client }: Scene) =>
  register({ email, password: NEW_PASSWORD, profile: { name: "Alice" } }, client, links);

export const REGISTRATION_STORIES: Story[] = [
  {
    name: "a person registers",
    prepare: async () => emptyScene(),
    play: registration,
    ending: { users: [], waiting: ["register"], mails: ["confirm-email to 0"] },
  },
  {
    name: "a stranger registers an address that has an owner",
    prepare: async () => (await ownerAndThief()).scene,
    play: registration,
    ending: { users: [{ password: "old" }], waiting: ["register"], mails: ["address-in-use to 0"] },
  },
  {
    name: "a person registers where no proof is asked for",
    prepare: async () => emptyScene(),
    play: (scene) => withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => registration(scene)),
    ending: { users: [{ verified: false, password: "new", sessions: ["new"] }], waiting: [] },
  },
  {
    name: "a person asks for the registration's code once more",
    prepare: () => registered(emptyScene()),
    play: ({ id, client }) => resendCode(id, client, links),
    ending: { users: [], waiting: ["register"], mails: ["confirm-email to 0"] },
  },
  {
    name: "a person types the registration's code",
    prepare: () => registered(emptyScene()),
    play: ({ id: verificationId, code, client }) => confirmCode({ verificationId, code }, client),
    ending: { users: [alice], waiting: [], told: ["user.created", "user.signed_in"] },
  },
  {
    name: "an app confirms a registration by its code and address",
    prepare: () => registered(emptyScene()),
    play: ({ emails: [email], code, client }) => confirmCodeAt({ email, code, session: { kind: "api" } }, client),
    ending: { users: [alice], waiting: [] },
  },
  {
    name: "a person opens the registration's link where they began",
    prepare: () => registered(emptyScene()),
    play: ({ id: verificationId, token, client }) => confirmLink({ token, verificationId }, client),
    ending: { users: [alice], waiting: [] },
  },
  {
    name: "a person opens the registration's link in another browser",
    prepare: () => registered(emptyScene()),
    play: ({ token, client }) => confirmLink({ token, verificationId: null, password: NEW_PASSWORD }, client),
    ending: { users: [alice], waiting: [] },
  },
  {
    name: "a person's registration takes over an account that was never proved",
    prepare: async () => registered((await squatter()).scene),
    play: ({ id: verificationId, code, client }) => confirmCode({ verificationId, code }, client),
    ending: { users: [alice], waiting: [] },
  },
];
