import { randomUUID } from "node:crypto";
import "./events";
import { hashPassword } from "@/lib/auth/model/password-hash";
import type { Client, Principal } from "@/lib/auth/model/principal";
import type { ProfileValues } from "@/lib/auth/model/profile";
import { type BegunSession, beginSession, type SessionOptions } from "@/lib/auth/steps/begin-session";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { type Env, env } from "@/lib/env";
import type { User } from "@/prisma/client/client";
import { FIREFOX } from "./browser";

/** A password that the policy accepts; `other` makes further ones. */
export const PASSWORD = "plover-hatch-93-quill";
export const other = (n = 0) => `granite-otter-${n}-lantern`;

/** The links in mails, which differ only by their pages. */
export const links = {
  login: () => "https://app.example.com/login",
  account: () => "https://app.example.com/account",
  forgotPassword: () => "https://app.example.com/forgot-password",
  verifyEmail: (token: string) => `https://app.example.com/verify-email?token=${token}`,
  resetPassword: (token: string) => `https://app.example.com/reset-password?token=${token}`,
  signIn: (token: string) => `https://app.example.com/sign-in-code?token=${token}`,
};

let hashed: Promise<string> | undefined;

type Given = Partial<ProfileValues & Pick<User, "email" | "image" | "role" | "emailVerified" | "disabledAt">> & {
  /** Null: a user without a password. */
  password?: string | null;
};

/** A user with a proved address and the password above, or as `given` says. */
export async function verifiedUser(given: Given = {}): Promise<User> {
  const { password, ...data } = given;
  hashed ??= hashPassword(PASSWORD);
  const passwordHash = password ? await hashPassword(password) : await hashed;
  return db.user.create({
    data: {
      email: `${randomUUID().slice(0, 8)}@example.com`,
      emailVerified: new Date(),
      ...data,
      ...(password !== null && { credential: { create: { passwordHash } } }),
    },
  });
}

/** A user who never proved the address. */
export function unverifiedUser(given: Given = {}): Promise<User> {
  return verifiedUser({ emailVerified: null, ...given });
}

/** A user whom an admin has disabled. */
export function disabledUser(given: Given = {}): Promise<User> {
  return verifiedUser({ disabledAt: new Date(), ...given });
}

/** A user without a password, who signs in at a provider. */
export function providerUser(given: Given = {}): Promise<User> {
  return verifiedUser({ password: null, ...given });
}

export function adminUser(given: Given = {}): Promise<User> {
  return verifiedUser({ role: "admin", ...given });
}

/** A client at an address of its own, or at the one given. */
export function client(ip = randomIp()): Client {
  return { ip, userAgent: FIREFOX, device: null };
}

let counter = 0;
function randomIp(): string {
  counter += 1;
  return `10.${(counter >> 16) & 255}.${(counter >> 8) & 255}.${counter & 255}`;
}

/** A session of the user, with its principal. */
export async function session(user: User, remember = false): Promise<{ token: string; principal: Principal }> {
  const token = await sessionToken(user, { remember });
  const principal = await findPrincipal(token);
  if (!principal) throw new Error("The session was not accepted");
  return { token, principal };
}

/** The token of a new session of the user, made as by a sign-in. */
async function sessionToken(user: User, options: SessionOptions = {}, from = client()): Promise<string> {
  return (await newSession(user, options, from)).token;
}

/** A new session of the user, made as by a sign-in, but without telling its owner. */
export async function newSession(user: User, options: SessionOptions = {}, from = client()): Promise<BegunSession> {
  const input = { ...options, userId: user.id, proof: "password", client: from, isNew: true } as const;
  const begun = await transact(() => beginSession(input));
  if (!begun.ok) throw new Error(`The session was refused: ${begun.error.code}`);
  return begun.value;
}

/** Runs with other settings, and afterwards restores the old ones. */
export async function withEnv<T>(settings: Partial<Env>, work: () => Promise<T>): Promise<T> {
  const before = { ...env() };
  Object.assign(env(), settings);
  try {
    return await work();
  } finally {
    Object.assign(env(), before);
  }
}

/** The stored hash of a user's password. */
export async function storedHash(userId: string): Promise<string | undefined> {
  return (await db.credential.findUnique({ where: { userId } }))?.passwordHash;
}
