import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { db } from "@/lib/db";
import { addAccount, mailed, newApiSession, ownerAndThief } from "./kill-people";
import { NEW_PASSWORD, newEmail } from "./kill-scene";
import { adminUser, newSession, other, PASSWORD, providerUser, verifiedUser } from "./people";
import { type Arena, times, within } from "./race-arena";

const TIMEOUT_MS = 300_000;
const FEW_ROUNDS = 10;
const ROUNDS = 50;
const MANY_ROUNDS = 200;
/** About as long as a change of password takes, so that sign-ins meet it at every point. */
const STAGGER_MS = 60;

/** Rules that must hold when two processes work on one account at once. */
export function races({ race }: Arena): void {
  test("two connected accounts disconnected at once leave one", { timeout: TIMEOUT_MS }, async () => {
    for (let round = 0; round < MANY_ROUNDS; round++) {
      const user = await providerUser();
      const { token: session } = await newSession(user);
      const [first, second] = [await addAccount(user, "first"), await addAccount(user, "second")];
      const outcomes = await race(
        { runner: "disconnect", runs: [{ session, id: first }] },
        { runner: "disconnect", runs: [{ session, id: second }] },
      );
      expect(outcomes.flat().sort()).toEqual(["last_sign_in_method", "ok"]);
      expect(await db.account.count({ where: { userId: user.id } })).toBe(1);
    }
  });

  test.each([
    ["demote", "demote"],
    ["disable", "disable"],
    ["demote", "disable"],
    ["demote", "deleteAccount"],
  ] as const)(
    "two admins, one who would %s the other and one who would %s, leave an admin",
    {
      timeout: TIMEOUT_MS,
    },
    async (one, other) => {
      for (let round = 0; round < ROUNDS; round++) {
        await db.user.updateMany({ where: { role: "admin" }, data: { role: "user" } });
        const [ann, bob] = [await adminUser(), await adminUser()];
        const [annIn, bobIn] = [await newSession(ann), await newSession(bob)];
        const outcomes = await race(
          { runner: one, runs: [{ session: annIn.token, id: bob.id }] },
          { runner: other, runs: [{ session: bobIn.token, id: ann.id, password: PASSWORD }] },
        );
        expect(await db.user.count({ where: { role: "admin", disabledAt: null } }), outcomes.join()).toBe(1);
        expect(outcomes.flat().filter((outcome) => outcome === "ok").length, outcomes.join()).toBeGreaterThan(0);
        const refusals = ["ok", "last_admin", "forbidden", "unauthenticated", "not_found"];
        expect(outcomes.flat().filter((outcome) => !refusals.includes(outcome))).toEqual([]);
      }
    },
  );

  test("a reset link that is used fifty times at once sets one password", { timeout: TIMEOUT_MS }, async () => {
    for (let round = 0; round < FEW_ROUNDS; round++) {
      const user = await verifiedUser();
      const { token } = await mailed("reset", user);
      const team = (offset: number) => ({
        runner: "reset" as const,
        runs: times(25, (index) => ({ token, newPassword: other(offset + index) })),
      });
      const outcomes = await race(team(0), team(25));
      expect(outcomes.flat().filter((outcome) => outcome === "ok")).toHaveLength(1);
      expect(new Set(outcomes.flat())).toEqual(new Set(["ok", "token_invalid"]));
      const signIn = { email: user.email, password: other(outcomes.flat().indexOf("ok")) };
      expect(await race({ runner: "login", runs: [signIn] }, { runner: "login", runs: [] })).toEqual([["ok"], []]);
    }
  });

  test("a registration's code that is typed twice at once makes one user, signed in once", {
    timeout: TIMEOUT_MS,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const email = newEmail();
      const { id, code } = await mailed("register", null, { passwordHash: await hashPassword(PASSWORD) }, email);
      const team = { runner: "confirmCode" as const, runs: [{ id, code }] };
      const outcomes = await race(team, team);
      expect(outcomes.flat().sort()[1], outcomes.join()).toBe("ok");
      expect(outcomes.flat().sort()[0], outcomes.join()).toBe("code_expired");
      expect(await db.session.count({ where: { user: { email } } })).toBe(1);
    }
  });

  test("a code to sign in that is typed by forty at once begins one session", { timeout: TIMEOUT_MS }, async () => {
    for (let round = 0; round < FEW_ROUNDS; round++) {
      const user = await verifiedUser();
      const { id, code } = await mailed("sign-in", user, { ip: null, userAgent: null });
      const team = { runner: "signInByCode" as const, runs: times(20, () => ({ id, code })) };
      const outcomes = (await race(team, team)).flat();
      expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
      const refusals = outcomes.filter((outcome) => outcome !== "ok");
      expect(refusals.filter((outcome) => !["code_expired", "too_many_attempts"].includes(outcome))).toEqual([]);
      expect(await db.session.count({ where: { userId: user.id } })).toBe(1);
    }
  });

  test("no session that the old password opened outlives its change", { timeout: TIMEOUT_MS }, async () => {
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const { user, scene } = await ownerAndThief();
      const session = scene.sessions.owner?.token;
      const change = { session, password: PASSWORD, newPassword: NEW_PASSWORD };
      const signIn = () => ({ email: user.email, password: PASSWORD, ...within(STAGGER_MS) });
      const [changed, signedIn] = await race(
        { runner: "changePassword", runs: [change] },
        { runner: "login", runs: times(4, signIn) },
      );
      expect(changed).toEqual(["ok"]);
      for (const outcome of signedIn ?? []) seen.add(outcome);
      const left = await db.session.findMany({ where: { userId: user.id } });
      expect(left.map(({ id }) => id)).toEqual([scene.sessions.owner?.id]);
    }
    expect(seen).toEqual(new Set(["ok", "invalid_credentials"]));
  });

  test("a sign-in to an account that is deleted meanwhile is refused as ever", { timeout: TIMEOUT_MS }, async () => {
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const { user, scene } = await ownerAndThief();
      const session = scene.sessions.owner?.token;
      const signIn = () => ({ email: user.email, password: PASSWORD, ...within(STAGGER_MS) });
      const [deleted, signedIn] = await race(
        { runner: "deleteAccount", runs: [{ session, password: PASSWORD, ...within(STAGGER_MS) }] },
        { runner: "login", runs: times(4, signIn) },
      );
      expect(deleted).toEqual(["ok"]);
      for (const outcome of signedIn ?? []) seen.add(outcome);
      expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    }
    expect(seen).toEqual(new Set(["ok", "invalid_credentials"]));
  });

  test("of two people who confirm the same new address at once one gets it", { timeout: TIMEOUT_MS }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const to = newEmail();
      const team = async () => {
        const user = await verifiedUser();
        const { token: session } = await newSession(user);
        const { token } = await mailed("change-email", user, { from: user.email, to }, to);
        return { runner: "confirmEmailChange" as const, runs: [{ session, token }] };
      };
      const outcomes = await race(await team(), await team());
      expect(outcomes.flat().sort()).toEqual(["ok", "user_exists"]);
    }
  });

  test("two people who are given the same username at once get two", { timeout: TIMEOUT_MS }, async () => {
    const passwordHash = await hashPassword(PASSWORD);
    for (let round = 0; round < ROUNDS; round++) {
      const username = `u${randomUUID().slice(0, 8)}`;
      const team = async () => {
        const { id, code } = await mailed("register", null, { passwordHash, profile: { username } }, newEmail());
        return { runner: "confirmCode" as const, runs: [{ id, code }] };
      };
      const outcomes = await race(await team(), await team());
      expect(outcomes.flat()).toEqual(["ok", "ok"]);
      expect(await db.user.count({ where: { username: { startsWith: username } } })).toBe(2);
    }
  });

  test("a refresh token that is used twenty times at once has one successor, and its session lives on", {
    timeout: TIMEOUT_MS,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { id: sessionId, token } = await newApiSession(await verifiedUser());
      const team = { runner: "refresh" as const, runs: times(10, () => ({ token })) };
      const outcomes = await race(team, team);
      expect(new Set(outcomes.flat())).toEqual(new Set(["ok"]));
      const tokens = await db.refreshToken.findMany({ where: { sessionId } });
      expect(tokens.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
      expect(tokens).toHaveLength(2);
    }
  });
}
