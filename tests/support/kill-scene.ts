import { randomUUID } from "node:crypto";
import { verifyPassword } from "@/lib/auth/model/password-hash";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { hashCode, hashToken } from "@/lib/auth/model/secrets";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { deliveryQueue } from "@/lib/events/emit";
import { SUBSCRIBERS } from "@/lib/events/subscribers";
import { outboxRows } from "./outbox-rows";
import { other, PASSWORD } from "./people";

/** The people and the subject of a story, as text, because another process plays it. */
export type Scene = {
  /** Every address in the story. The picture holds the rows that belong to one of them. */
  emails: [string, ...string[]];
  /** The sessions that exist before, by the names of their holders. */
  sessions: Record<string, { id: string; token: string }>;
  /** The link, the code or the refresh token that the story spends, and the id of its subject. */
  token: string;
  code: string;
  id: string;
  client: Client;
};

/** All that the database holds about the people of a scene, without values that differ by chance. */
export type Picture = {
  users: Record<string, unknown>[];
  waiting: string[];
  mails: string[];
  /** The events that wait for a subscriber. */
  told: string[];
};

// Subscribes to each event, so that the picture also has the events of a story.
for (const subscribers of Object.values(SUBSCRIBERS)) Object.assign(subscribers, { test: () => {} });

/** The new password in a story that sets one. The old one is `PASSWORD`. */
export const NEW_PASSWORD = other(1);

export function newEmail(): string {
  return `${randomUUID()}@example.com`;
}

/** The holder of the session of this name. @throws when the session has ended */
export async function principalOf({ sessions }: Scene, name: string): Promise<Principal> {
  const principal = await findPrincipal(sessions[name]?.token ?? "");
  if (!principal) throw new Error(`The session of ${name} has ended`);
  return principal;
}

export async function takePicture(scene: Scene): Promise<Picture> {
  const users = await db.user.findMany({
    where: { email: { in: scene.emails } },
    include: {
      credential: true,
      accounts: true,
      actors: true,
      sessions: { include: { refreshTokens: true } },
      events: true,
      authenticators: true,
      passkeys: true,
      recoveryCodes: { where: { usedAt: null } },
      rememberedDevices: true,
      avatar: true,
    },
    orderBy: { seq: "asc" },
  });
  const ids = users.map(({ id }) => id);
  const verifications = await db.verification.findMany({
    where: {
      OR: [
        ...[{ email: { in: scene.emails } }, { userId: { in: ids } }, { id: scene.id }],
        { purpose: { in: ["handle", "grant-code"] } },
      ],
    },
  });
  const sessionIds = users.flatMap(({ sessions }) => sessions.map(({ id }) => id));
  const mails = await outboxRows();
  const deliveries = await db.delivery.findMany();
  return {
    users: await Promise.all(
      users.map(async ({ credential, accounts, actors, sessions, events, ...user }) => ({
        email: nameOfAddress(user.email, scene),
        name: user.name,
        username: user.username?.replace(scene.id, "id"),
        picture: nameOfPicture(user),
        verified: user.emailVerified !== null,
        disabled: user.disabledAt !== null,
        role: user.role,
        password: await nameOfPassword(credential?.passwordHash),
        accounts: accounts.map(({ provider, label }) => `${provider}: ${nameOfAddress(label ?? "", scene)}`).sort(),
        actors: actors.map(({ type }) => type).sort(),
        sessions: sessions.map((session) => nameOfSession(session, scene) + refreshing(session.refreshTokens)).sort(),
        events: events.map(({ type }) => type).sort(),
        factors: namesOfFactors(user),
      })),
    ),
    waiting: verifications
      .filter((row) => !isCode(row) || sessionIds.includes(String(Object(row.payload).sessionId)))
      .map((row) => row.purpose + secretsOf(row, scene))
      .sort(),
    mails: mails
      .filter(({ to }) => scene.emails.includes(to))
      .map(({ to, template }) => `${template} to ${nameOfAddress(to, scene)}`)
      .sort(),
    told: deliveries
      .filter((row) => scene.emails.some((email) => JSON.stringify(deliveryQueue.open(row)).includes(email)))
      .map(({ event }) => event)
      .sort(),
  };
}

/** Names an address by its place: addresses differ from scene to scene, and the first is "0". */
function nameOfAddress(text: string, { emails }: Scene): string {
  return emails.includes(text) ? String(emails.indexOf(text)) : text;
}

/** Whether the user's picture has the address of the row. */
function nameOfPicture({ id, image, avatar }: { id: string; image: string | null; avatar: { hash: string } | null }) {
  if (!image && !avatar) return "none";
  return image === `/avatar/${id}/${avatar?.hash}` ? "shown" : `${image}, but ${avatar?.hash} is kept`;
}

async function nameOfPassword(hash: string | undefined): Promise<string> {
  if (!hash) return "none";
  if (await verifyPassword(PASSWORD, hash)) return "old";
  return (await verifyPassword(NEW_PASSWORD, hash)) ? "new" : "unknown";
}

function nameOfSession({ id, tokenHash }: { id: string; tokenHash: string }, { sessions }: Scene): string {
  const [name, known] = Object.entries(sessions).find(([, session]) => session.id === id) ?? ["new"];
  return known && hashToken(known.token) !== tokenHash ? `${name}, new token` : name;
}

function refreshing(tokens: { usedAt: Date | null }[]): string {
  if (tokens.length === 0) return "";
  return `, ${tokens.filter(({ usedAt }) => usedAt).length} of ${tokens.length} refresh tokens used`;
}

function namesOfFactors(user: {
  authenticators: { confirmedAt: Date | null }[];
  passkeys: { counter: bigint }[];
  recoveryCodes: object[];
  rememberedDevices: object[];
}): string[] {
  return [
    ...user.authenticators.map(({ confirmedAt }) => (confirmedAt ? "app" : "app to be confirmed")),
    ...user.passkeys.map(({ counter }) => `passkey, used to ${counter}`),
    ...(user.recoveryCodes.length > 0 ? [`${user.recoveryCodes.length} recovery codes`] : []),
    ...(user.rememberedDevices.length > 0 ? [`${user.rememberedDevices.length} device`] : []),
  ];
}

/** Whether a row is a code that gets an app its session. Of its person such a row names only the session. */
function isCode({ purpose, userId }: { purpose: string; userId: string | null }): boolean {
  return userId === null && (purpose === "handle" || purpose === "grant-code");
}

/** The secrets of the scene that still open this row. */
function secretsOf(row: { id: string; tokenHash: string | null; codeHash: string | null }, scene: Scene): string {
  const link = scene.token && row.tokenHash === hashToken(scene.token) ? ", by the link" : "";
  return link + (scene.code && row.codeHash === hashCode(row.id, scene.code) ? ", by the code" : "");
}
