import { randomUUID } from "node:crypto";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { issueVerification, type VerificationPurpose } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { Profile } from "@/lib/oauth/provider";
import type { Prisma, User } from "@/prisma/client/client";
import { newEmail, type Scene } from "./kill-scene";
import { client, newSession, unverifiedUser, verifiedUser } from "./people";

/** A scene without people, for the caller to fill in. */
export function emptyScene(email = newEmail()): Scene {
  return { emails: [email], sessions: {}, token: "", code: "", id: "", client: client() };
}

/** The owner, signed in on two devices, one of them in a thief's hands, with everything that may be open. */
export async function ownerAndThief(
  given: Parameters<typeof verifiedUser>[0] = {},
): Promise<{ user: User; scene: Scene }> {
  const user = await verifiedUser({ name: "Alice", ...given });
  const scene = emptyScene(user.email);
  for (const name of ["owner", "thief"]) scene.sessions[name] = await signedIn(user);
  return { user, scene };
}

/** A user whose address was never proved, with every way in that a stranger may have left. */
export async function squatter(): Promise<{ user: User; scene: Scene }> {
  const user = await unverifiedUser({ name: "Mallory" });
  const scene = emptyScene(user.email);
  scene.sessions.thief = await signedIn(user);
  await addAccount(user, "mallory");
  await mailed("verify", user);
  await mailed("change-email", user, { from: user.email, to: newEmail() });
  return { user, scene };
}

export async function signedIn(user: User): Promise<{ id: string; token: string }> {
  const { sessionId, token } = await newSession(user);
  return { id: sessionId, token };
}

/** An API client's session: its token is the refresh token. */
export async function newApiSession(user: User): Promise<{ id: string; token: string }> {
  const session = await newSession(user, { kind: "api" });
  return { id: session.sessionId, token: await startRefreshing(session) };
}

/** The link and the code of a mail in the person's mailbox. */
export async function mailed(
  purpose: VerificationPurpose,
  user: User | null,
  payload: Prisma.InputJsonObject = {},
  email = user?.email,
): Promise<{ id: string; token: string; code: string }> {
  const { id, token, code } = await issueVerification({ purpose, userId: user?.id, email, payload, withCode: true });
  return { id, token, code: code ?? "" };
}

export async function addAccount({ id }: User, label: string, provider = "github"): Promise<string> {
  const data = { userId: id, type: "oauth", provider, providerAccountId: randomUUID(), label };
  return (await db.account.create({ data })).id;
}

/** GitHub's claims about the person with this address. The scene's id is GitHub's id of them. */
export function profileOf({ emails: [email], id }: Scene): Profile {
  const about = { email, emailVerified: true, fields: { name: "Alice" }, image: null, username: "alice" };
  return { provider: "github", providerAccountId: id, ...about, raw: {} };
}
