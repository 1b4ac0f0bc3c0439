import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFile } from "@/tests/support/source-files";
import {
  countCalls,
  exportedFunctionsWith,
  functionsOf,
  type SourceFunction,
  takeCalls,
  takeClosures,
  usersOf,
} from "@/tests/support/source-functions";
import { scatteredWrites } from "@/tests/support/source-writes";
import { expectNone } from "./expect-none";
import { FILES, roomOf, saying, within } from "./project";

const STORE = "lib/auth/store/";
const CREATES_SESSION =
  /\bsession\.(create|upsert)(Many\w*)?\(|\bsessions:\s*\{\s*(create|connectOrCreate)|INSERT INTO "Session"/;
const CHANGES_PASSWORD = /\bcredential\.(delete|upsert)/;
const TAKES_ALL_ACCOUNTS = /\baccount\.deleteMany\(\{ where: \{ userId(: [\w.]+)? \} \}\)/;
const PROVES_USER = /(?<!function )\bupdateUser\([^;]*\bemailVerified\b/;
/** Stories whose writes are apart for a reason: "lib/auth/x.ts story": "why a kill between them harms nobody". */
const WRITES_APART: Record<string, string> = {
  "lib/auth/two-factor/second-step.ts proveByAuthenticator":
    "the owner is warned after a refusal; the next wrong code warns too",
  "lib/auth/two-factor/second-step.ts proveByRecoveryCode": "the same",
};
/** Functions that compare a typed value which a thief could guess; the last two go with two-step sign-in. */
const COMPARES = ["verifyPassword", "isCodeRight", "findRecoveryCode", "matchingStep"];
const OF_TWO_FACTOR = COMPARES.slice(2);
/**
 * Stories that compare the new password, which is no guess: one that differs from the old one replaces it. Without any dialect,
 * only the last story of a file is exported.
 */
const COMPARED_APART: Record<string, string[]> = {
  "lib/auth/change-password.ts": ["preparePasswordChange", "changePassword"],
  "lib/auth/reset-password.ts": ["resetPassword"],
};

/** Whether the file of "lib/auth/x.ts story" exists: some stories can be deleted. */
const isThere = (one: string) => FILES.some(({ name }) => one.startsWith(`${name} `));
const isStory = (name: string) => ["stories", "oauth"].includes(roomOf(name) ?? "");
const outside = (found: string[], ...homes: string[]) =>
  found.filter((one) => !homes.some((home) => one.startsWith(home)));
const functionsWith = (pattern: RegExp, files: SourceFile[] = FILES) => exportedFunctionsWith(files, STORE, pattern);

/** Functions that compare outside `guess(…)`, by themselves or by a helper of their file: "lib/auth/login.ts login". */
function comparingApart(files: SourceFile[]): string[] {
  return files.flatMap((file) => {
    const comparers = [...COMPARES];
    const functions = functionsOf(file);
    const compares = ({ body }: SourceFunction) => {
      const { closures, left } = takeClosures(body);
      closures.delete("compare");
      const { left: apart } = takeCalls(["guess"], [left, ...closures.values()].join("\n"));
      return comparers.some((name) => countCalls(name, apart) > 0);
    };
    for (const _ of functions)
      for (const one of functions)
        if (!one.isExported && !comparers.includes(one.name) && compares(one)) comparers.push(one.name);
    return functions.filter((one) => one.isExported && compares(one)).map(({ name }) => `${file.name} ${name}`);
  });
}
/** Fails for a rule that finds nothing at all, because its subject must have another name by now. */
const found = <T>(things: T[]): T[] => {
  expect(things.length).toBeGreaterThan(0);
  return things;
};

describe("a story's writes are one transaction", () => {
  test("only lib/db/transact.ts opens one", () => {
    expectNone("no other transaction", outside(found(saying(/\$transaction\b/)), "lib/db/transact.ts"));
  });

  test("a story that changes rows in more than one step does so in one `transact`", () => {
    const scattered = scatteredWrites(FILES, isStory);
    expectNone(
      "no scattered writes",
      scattered.filter((story) => !(story in WRITES_APART)),
    );
    const apart = Object.keys(WRITES_APART).filter(isThere);
    expect(apart.filter((story) => !scattered.includes(story))).toEqual([]);
  });
});

describe("becoming signed in", () => {
  test("only the sessions' store creates their rows", () => {
    expectNone("no other session row", outside(found(saying(CREATES_SESSION)), `${STORE}sessions.ts`));
  });

  test("only beginSession asks the store for one", () => {
    const users = usersOf(FILES, found(functionsWith(CREATES_SESSION)));
    expectNone("no other beginning", outside(users, "lib/auth/steps/begin-session.ts"));
  });
});

describe("becoming a user", () => {
  test("only addUser asks the store for one", () => {
    const creating = functionsWith(/\buser\.create\(/).filter(({ name }) => name !== "reserveSeq");
    expectNone("no other user", outside(usersOf(FILES, found(creating)), "lib/auth/steps/add-user.ts"));
  });
});

describe("claiming an account", () => {
  test("only claimAccount takes all third-party accounts away, and only it and “This was not me” the password", () => {
    const claim = "lib/auth/steps/claim-account.ts";
    const taking = usersOf(FILES, found(functionsWith(TAKES_ALL_ACCOUNTS)));
    const changingPassword = usersOf(FILES, found(functionsWith(CHANGES_PASSWORD)));
    expectNone("no other claim", [
      ...outside(taking, claim),
      ...outside(changingPassword, "lib/auth/steps/set-password.ts"),
      ...outside(
        saying(/\bsetPassword\([^;]*\bnull\b/),
        claim,
        "lib/auth/activity/disown-activity.ts",
        "lib/auth/steps/set-password.ts",
      ),
    ]);
  });

  test("only claimAccount proves a user who exists, beside a move to another address and the word of an operator", () => {
    const users = usersOf(FILES, functionsWith(/\buser\.update\w*\([^;]*\bemailVerified: (new Date|now)/));
    const homes = ["steps/claim-account.ts", "steps/move-address.ts", "operator/change-user.ts"];
    const proving = [...users, ...saying(PROVES_USER)];
    expectNone("no other proof", outside(proving, ...homes.map((home) => `lib/auth/${home}`)));
  });
});

describe("guessing", () => {
  test("what a thief could guess is compared inside `guess`", () => {
    const defined = exportedFunctionsWith(FILES, "lib/auth/", /./).map(({ name }) => name);
    const missing = COMPARES.filter((name) => !defined.includes(name));
    const hasTwoFactor = isThere("lib/auth/two-factor/totp.ts ");
    expect(missing.filter((name) => hasTwoFactor || !OF_TWO_FACTOR.includes(name))).toEqual([]);
    const comparing = comparingApart(FILES.filter(({ name }) => !within(name, "lib/auth/model", "lib/auth/store")));
    const apart = Object.entries(COMPARED_APART).map(([file, stories]) => stories.map((story) => `${file} ${story}`));
    expectNone(
      "no other comparison",
      comparing.filter((one) => !apart.flat().includes(one)),
    );
    expect(apart.filter((stories) => !stories.some((one) => comparing.includes(one)))).toEqual([]);
  });

  test("a stored hash of a password or a code is compared where it is defined", () => {
    const comparisons = saying(/\b(timingSafeEqual|bcryptMatches|compareSync|\.compare)\(|\.compare\(/);
    expect(outside(found(comparisons), "lib/auth/model/")).toEqual([]);
  });
});

describe("telling people", () => {
  test("only the outbox touches its rows, until they are cleaned up", () => {
    const touching = saying(/\boutboxMail\b|"OutboxMail"/);
    expectNone("no other mail row", outside(touching, "lib/mail/outbox.ts", "lib/db/clean-up.ts"));
  });

  test("only `emit` touches the deliveries of events, until they are cleaned up", () => {
    const touching = saying(/\.delivery\b|"Delivery"/);
    expectNone("no other delivery", outside(touching, "lib/events/emit.ts", "lib/db/clean-up.ts"));
  });

  test("only their store touches security events, until they are cleaned up", () => {
    const touching = saying(/\.securityEvent\b|"SecurityEvent"/);
    const homes = [`${STORE}security-events.ts`, "lib/db/clean-up.ts"];
    expectNone("no other security event", outside(touching, ...homes));
  });

  test("mail leaves from lib/mail", () => {
    const sending = FILES.filter(({ imports }) =>
      imports.some(({ from }) => from === "resend" || within(from, "emails")),
    );
    expect(sending.map(({ name }) => name).filter((name) => !within(name, "lib/mail", "emails"))).toEqual([]);
  });
});

describe("these rules fail for a story that", () => {
  const users = sourceFile(
    "lib/auth/store/users.ts",
    `export async function renameUser(id: string): Promise<void> {
  await db.user.update({ where: { id } });
}
export async function closeUser(userId: string) {
  await forget(userId);
}
async function forget(userId: string) {
  await db.account.deleteMany({ where: { userId } });
}
export function findUser() {
  return db.user.findFirst();
}
`,
  );
  const story = (...lines: string[]) =>
    sourceFile(
      "lib/auth/story.ts",
      `import { closeUser, findUser, renameUser } from "./store/users";
export async function story(id: string) {
  ${lines.join("\n  ")}
}
async function helper(id: string) {
  await closeUser(id);
}
`,
    );
  const scattered = (...lines: string[]) => scatteredWrites([users, story(...lines)], isStory);

  test("writes twice, by itself or through a helper", () => {
    const offence = ["lib/auth/story.ts story"];
    expect(scattered("await renameUser(id);", "await closeUser(id);")).toEqual(offence);
    expect(scattered("await renameUser(id);", "await helper(id);")).toEqual(offence);
    expect(scattered("await transact(async () => renameUser(id));", "await helper(id);")).toEqual(offence);
  });

  test("but not for one that reads, writes once, writes as one, or leaves work for later", () => {
    expect(scattered("await renameUser(id);", "await findUser();")).toEqual([]);
    expect(
      scattered("return transact(async () => {", "  await renameUser(id);", "  return helper(id);", "});"),
    ).toEqual([]);
    expect(
      scattered("const save = () => renameUser(id);", "if (id) return transact(save);", "return guess(save);"),
    ).toEqual([]);
    expect(scattered("await renameUser(id);", "inBackground(async () => helper(id));")).toEqual([]);
  });

  test("compares a password outside `guess`, by itself or through a helper", () => {
    const apart = (text: string) => comparingApart([sourceFile("lib/auth/story.ts", text)]);
    const story = (body: string) => `export async function story() {\n  ${body}\n}\n`;
    const helper = "async function check() {\n  return verifyPassword(a, b);\n}\n";
    const offence = ["lib/auth/story.ts story"];
    expect(apart(story("return verifyPassword(a, b);"))).toEqual(offence);
    expect(apart(story("if (await check()) return guess(x, () => true);") + helper)).toEqual(offence);
    expect(apart(story("return guess<A, B>(x, () => check(), next);") + helper)).toEqual([]);
    expect(apart(story("const compare = async () => check();\n  return guess(x, compare, next);") + helper)).toEqual(
      [],
    );
  });

  test("takes all accounts away through a helper of the store", () => {
    const taking = functionsWith(TAKES_ALL_ACCOUNTS, [users]);
    expect(usersOf([story()], taking)).toEqual(["lib/auth/story.ts uses closeUser"]);
    expect(countCalls("closeUser", "closeUser(1); recloseUser(2);")).toBe(1);
  });
});
