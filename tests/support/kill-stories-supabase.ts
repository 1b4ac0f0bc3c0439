import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { supabase, supabaseApi } from "@/lib/dialects/supabase";
import { issueAuthCode, sealChallenge, sessionFor } from "@/lib/dialects/supabase/pkce";
import { tokensOf } from "@/lib/dialects/supabase/session";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { emptyScene, mailed, ownerAndThief, profileOf } from "./kill-people";
import { NEW_PASSWORD, newEmail, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { newSession, PASSWORD } from "./people";

const VERIFIER = "v".repeat(50);
const challenge = { challenge: VERIFIER, method: "plain" } as const;

/** The owner's client, with the code that its link or provider led to. */
async function holdingCode(linking: boolean): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const { sessionId, token } = await newSession(user, { kind: "api" });
  const { raw, ...link } = profileOf({ ...scene, id: randomUUID() });
  const code = await issueAuthCode({ sessionId, challenge, providerToken: null, ...(linking && { link }) });
  return { ...scene, sessions: { owner: { id: sessionId, token } }, token: code };
}

/** A signed-in app, and the new address of its person. */
async function signedInApp(): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const session = await newSession(user, { kind: "api" });
  const handed = await tokensOf(session);
  if (!handed.ok) throw new Error("The app has no tokens");
  const owner = { id: session.sessionId, token: session.token };
  return { ...scene, emails: [user.email, newEmail()], sessions: { owner }, token: handed.value.access_token };
}

/** Calls the Supabase client's routes, because only this contract has these links and codes. */
async function send(method: "POST" | "PUT", path: string, body: object, token?: string): Promise<Result<void>> {
  const answer = await supabase[method](
    new Request(`http://localhost:3000/auth/v1/${path}`, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    }),
  );
  return answer.ok ? ok(undefined) : fail("token_invalid");
}

const exchange = ({ token }: Scene) =>
  send("POST", "token?grant_type=pkce", { auth_code: token, code_verifier: VERIFIER });

/** Opens the mailed link of an app that showed a challenge. */
async function openLink({ token }: Scene): Promise<Result<void>> {
  const query = new URLSearchParams({ type: "recovery", token, flow: sealChallenge(token, challenge) });
  const address = `http://localhost:3000/auth/v1/verify?${query}`;
  const answer = await supabaseApi({ openingConfirms: true }).GET(new Request(address));
  return answer.headers.get("location")?.includes("code=") ? ok(undefined) : fail("token_invalid");
}

const REFRESHING = ["new", "new", "owner, 0 of 1 refresh tokens used"];

export const SUPABASE_STORIES: Story[] = [
  {
    name: "a person signs in in an app, which has a refresh token",
    prepare: async () => (await ownerAndThief()).scene,
    play: ({ emails: [email] }) => send("POST", "token?grant_type=password", { email, password: PASSWORD }),
    ending: {
      users: [{ sessions: ["new, 0 of 1 refresh tokens used", "owner", "thief"] }],
      mails: ["new-sign-in to 0"],
    },
  },
  {
    name: "a provider's sign-in leads back to an app with a code",
    prepare: async () => ({ ...emptyScene(), id: randomUUID() }),
    play: (scene) => signInWithProfile(profileOf(scene), scene.client, sessionFor(challenge)),
    ending: { users: [{ accounts: ["github: 0"], sessions: ["new"] }], waiting: ["handle"] },
  },
  {
    name: "a mailed link leads back to an app with a code",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      return { ...scene, token: (await mailed("reset", user)).token };
    },
    play: openLink,
    ending: {
      users: [{ sessions: ["new", "owner", "thief"] }],
      waiting: ["handle"],
      mails: ["new-sign-in to 0"],
    },
  },
  {
    name: "a person changes name, password and address at once",
    prepare: signedInApp,
    play: ({ emails: [, email], token }) =>
      send("PUT", "user", { email, password: NEW_PASSWORD, data: { name: "Alicia" } }, token),
    ending: {
      users: [{ name: "Alicia", password: "new", sessions: ["owner, new token, 0 of 1 refresh tokens used"] }],
      waiting: ["change-email", "undo-email-change"],
      mails: ["confirm-new-email to 1", "email-change-notice to 0", "password-changed to 0"],
    },
  },
  {
    name: "an app exchanges the code that a link led to",
    prepare: () => holdingCode(false),
    play: exchange,
    ending: { users: [{ sessions: REFRESHING }], waiting: [] },
  },
  {
    name: "an app exchanges the code that links a provider's account",
    prepare: () => holdingCode(true),
    play: exchange,
    ending: {
      users: [{ sessions: REFRESHING, accounts: ["github: 0"] }],
      waiting: [],
      mails: ["account-linked to 0"],
    },
  },
];
