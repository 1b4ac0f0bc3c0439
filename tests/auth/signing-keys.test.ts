import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { issueAccessToken, readAccessToken } from "@/lib/auth/steps/access-token";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { statementsOf } from "@/tests/support/statements";

const AUDIENCE = "shop";
const newKid = () => crypto.randomUUID().replaceAll("-", "").slice(0, 16);

/** A token as another instance signs it. `publish` puts its key into the table that all instances read. */
async function foreignToken() {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = newKid();
  const token = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "ES256", kid, typ: "at+jwt" })
    .setIssuer(env().APP_URL)
    .setAudience(AUDIENCE)
    .setSubject("alice")
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(privateKey);
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
  const publish = () => db.signingKey.create({ data: { id: kid, publicJwk, privateJwk: "sealed elsewhere" } });
  return { token, publish };
}

describe("tokens that name a key nobody knows", () => {
  test("are refused, and five hundred of them cost the database no more than a few reads", async () => {
    await issueAccessToken({ audience: AUDIENCE, subject: "alice" });
    const { token } = await foreignToken();
    const [, ...rest] = token.split(".");
    const header = (kid: string) =>
      Buffer.from(JSON.stringify({ alg: "ES256", kid, typ: "at+jwt" })).toString("base64url");
    const tokens = Array.from({ length: 500 }, () => [header(newKid()), ...rest].join("."));
    const statements = await statementsOf(async () => {
      for (let from = 0; from < tokens.length; from += 250) {
        const answers = await Promise.all(
          tokens.slice(from, from + 250).map((each) => readAccessToken(each, AUDIENCE)),
        );
        for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: "token_invalid" } });
      }
    });
    expect(statements.filter((sql) => /\bSigningKey\b/.test(sql)).length).toBeLessThan(10);
  });

  test("with ids that are none of ours cost no read at all", async () => {
    await issueAccessToken({ audience: AUDIENCE, subject: "alice" });
    const [, ...rest] = (await foreignToken()).token.split(".");
    const statements = await statementsOf(async () => {
      for (const kid of ["", "x", "' OR 1=1", "a".repeat(5_000), null, 7, {}]) {
        const header = Buffer.from(JSON.stringify({ alg: "ES256", kid, typ: "at+jwt" })).toString("base64url");
        expect((await readAccessToken([header, ...rest].join("."), AUDIENCE)).ok).toBe(false);
      }
    });
    expect(statements).toEqual([]);
  });

  test("do not hide a key that another instance made a moment ago", async () => {
    await issueAccessToken({ audience: AUDIENCE, subject: "alice" });
    for (let round = 0; round < 3; round++) {
      const { token, publish } = await foreignToken();
      const attack = readAccessToken((await foreignToken()).token, AUDIENCE);
      await publish();
      expect(await readAccessToken(token, AUDIENCE)).toMatchObject({ ok: true, value: { sub: "alice" } });
      expect((await attack).ok).toBe(false);
    }
  });
});

test("no key is made inside a transaction, whose end might take it back", async () => {
  const signing = () => transact(() => issueAccessToken({ audience: AUDIENCE, subject: "alice" }));
  await expect(signing()).rejects.toThrow(/transaction/);
});
