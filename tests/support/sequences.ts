import fc from "fast-check";
import { expect } from "vitest";
import { login } from "@/lib/auth/login";
import { db } from "@/lib/db";
import { outbox, type WaitingMail } from "./outbox";
import { client, links, other } from "./people";

/*
 * Several people claim one address and work on it in any order, each by their own surface. Whatever they do, there is one
 * truth: one user, one password that signs in (the last one set), no session that comes back after it ended, and no link, code
 * or refresh token that works twice.
 */

/** A session as its client holds it. */
export type Tokens = { token: string; refreshToken: string };

/** One person's actions by one surface. Refusals are null, or false. */
export type Surface = {
  /** @returns the proof for `confirm`; no other code reads it. */
  register(email: string, password: string): Promise<string | null>;
  /** @returns the session, if the surface begins one, and whether the password is the one of the registration. */
  confirm(email: string, proof: string): Promise<{ session: Tokens | null; ownPassword: boolean } | null>;
  signIn(email: string, password: string): Promise<Tokens | null>;
  /** Asks for a link that sets a password. */
  forget(email: string): Promise<void>;
  reset(link: URL, password: string): Promise<{ session: Tokens | null } | null>;
  /** @returns the session that stays. */
  changePassword?(session: Tokens, current: string, next: string): Promise<Tokens | null>;
  signOutEverywhere?(session: Tokens): Promise<boolean>;
  refresh(session: Tokens): Promise<Tokens | null>;
  isAlive(session: Tokens): Promise<boolean>;
  signInAtProvider?(email: string): Promise<Tokens | null>;
};

type Session = Tokens & { by: Surface; ended: boolean };
type Registration = { by: Surface; proof: string; password: string; spent: boolean };
type Reset = { by: Surface; link: URL; spent: boolean };

class Address {
  readonly email = `${crypto.randomUUID().slice(0, 8)}@example.com`;
  /** Every password that a person typed, and the one that was set last. */
  readonly passwords: string[] = [];
  password: string | null = null;
  readonly sessions: Session[] = [];
  readonly registrations: Registration[] = [];
  readonly resets: Reset[] = [];

  newPassword(): string {
    const password = other(this.passwords.length);
    this.passwords.push(password);
    return password;
  }

  begin(by: Surface, tokens: Tokens | null): void {
    if (tokens) this.sessions.push({ ...tokens, by, ended: false });
  }

  endAll(): void {
    for (const session of this.sessions) session.ended = true;
  }
}

const pickOf = <T extends { by: Surface }>(list: T[], by: Surface, pick: number): T | undefined => {
  const own = list.filter((one) => one.by === by);
  return own[pick % Math.max(1, own.length)];
};

/** One of the person's things in a list; makes the first if there is none. */
async function pickOrMake<T extends { by: Surface }>(list: T[], by: Surface, pick: number, make: () => Promise<void>) {
  if (!pickOf(list, by, pick)) await make();
  return pickOf(list, by, pick);
}

async function register(at: Address, by: Surface): Promise<void> {
  const password = at.newPassword();
  const proof = await by.register(at.email, password);
  if (proof !== null) at.registrations.push({ by, proof, password, spent: false });
}

async function signIn(at: Address, by: Surface): Promise<void> {
  const tokens = await by.signIn(at.email, at.password ?? "granite");
  expect(tokens !== null, "the password that was set last").toBe(at.password !== null);
  at.begin(by, tokens);
}

async function forget(at: Address, by: Surface): Promise<void> {
  const [mail] = await mailsOf(at.email, () => by.forget(at.email));
  if (mail?.url) at.resets.push({ by, link: new URL(mail.url), spent: false });
}

/** All possible actions. `pick` chooses one of the things that the person could use. */
const OPERATIONS: Record<string, (at: Address, by: Surface, pick: number) => Promise<void>> = {
  ...{ register, signIn, forget },

  async confirm(at, by, pick) {
    const registration = await pickOrMake(at.registrations, by, pick, () => register(at, by));
    const done = registration && (await by.confirm(at.email, registration.proof));
    if (!registration || !done) return;
    expect(registration.spent, "a code works once").toBe(false);
    registration.spent = true;
    at.password = done.ownPassword ? registration.password : null;
    at.begin(by, done.session);
  },

  async reset(at, by, pick) {
    const reset = await pickOrMake(at.resets, by, pick, () => forget(at, by));
    const password = at.newPassword();
    const done = reset && (await by.reset(reset.link, password));
    if (!reset || !done) return;
    expect(reset.spent, "a link works once").toBe(false);
    reset.spent = true;
    at.password = password;
    at.endAll();
    at.begin(by, done.session);
  },

  async signInAtProvider(at, by) {
    at.begin(by, (await by.signInAtProvider?.(at.email)) ?? null);
  },

  async changePassword(at, by, pick) {
    const session = await pickOrMake(at.sessions, by, pick, () => signIn(at, by));
    if (!session || at.password === null || !by.changePassword) return;
    const password = at.newPassword();
    const tokens = await by.changePassword(session, at.password, password);
    expect(tokens !== null, "a session that has ended changes nothing").toBe(!session.ended);
    if (!tokens) return;
    at.password = password;
    at.endAll();
    if (tokens.token === session.token) session.ended = false;
    else at.begin(by, tokens);
  },

  async signOutEverywhere(at, by, pick) {
    const session = await pickOrMake(at.sessions, by, pick, () => signIn(at, by));
    if (!session || !by.signOutEverywhere) return;
    expect(await by.signOutEverywhere(session), "a session that has ended ends no other").toBe(!session.ended);
    if (!session.ended) at.endAll();
  },

  async refresh(at, by, pick) {
    const session = await pickOrMake(at.sessions, by, pick, () => signIn(at, by));
    if (!session) return;
    const tokens = await by.refresh(session);
    expect(tokens !== null, "a refresh token lives as long as its session").toBe(!session.ended);
    Object.assign(session, tokens);
  },
};

/** The mails to an address that some work writes. */
export async function mailsOf(email: string, something: () => Promise<unknown>): Promise<WaitingMail[]> {
  const before = (await outbox(email)).length;
  await something();
  return (await outbox(email)).slice(before).filter(({ decoy }) => !decoy);
}

async function expectOneTruth(at: Address): Promise<void> {
  expect(await db.user.count({ where: { email: at.email } })).toBeLessThanOrEqual(1);
  for (const session of at.sessions) expect(await session.by.isAlive(session)).toBe(!session.ended);
}

async function passwordsThatSignIn({ email, passwords }: Address): Promise<string[]> {
  const found = [];
  for (const password of passwords) {
    await db.rateLimit.deleteMany();
    const done = await login({ email, password, remember: false }, client(), links);
    if (done.ok && done.value.status === "signed-in") found.push(password);
  }
  return found;
}

/** Each run of the tests plays the same sequences, so that a failure is found again. */
const SEED = 20_261_129;

/** Plays sequences of these people's actions on one address, and fails when there are two truths. */
export async function expectOneTruthOf(
  people: () => Surface[],
  { sequences, longest }: { sequences: number; longest: number },
): Promise<void> {
  const step = fc.record({
    operation: fc.constantFrom(...Object.keys(OPERATIONS)),
    who: fc.nat(people().length - 1),
    pick: fc.nat(50),
  });
  const sequence = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: longest, size: "max" }),
    async (steps) => {
      const [at, surfaces] = [new Address(), people()];
      for (const { operation, who, pick } of steps) {
        await db.rateLimit.deleteMany();
        const by = surfaces[who];
        if (by) await OPERATIONS[operation]?.(at, by, pick);
        await expectOneTruth(at);
      }
      expect(await passwordsThatSignIn(at)).toEqual(at.password === null ? [] : [at.password]);
    },
  );
  await fc.assert(sequence, { seed: SEED, numRuns: sequences });
}
