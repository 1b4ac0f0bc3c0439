import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { circles, forbiddenWays } from "@/tests/support/import-graph";
import { readSource, type SourceFile, sourceFile } from "@/tests/support/source-files";
import { expectNone } from "./expect-none";
import { FILES, MAY_REACH, namesOf, roomOf, within } from "./project";

const NEXT = /^(next|next-auth|react-dom)(\/|$)/;
/** Rooms that may know Next, and rooms that may know React without Next. */
const KNOWS_NEXT = ["app", "auth-provider", "web", "server"];
const KNOWS_REACT = ["app", "auth-provider", "web", "mail", "emails"];

/** Files outside the stores that ask the database, and why. */
const ASKS_DATABASE: Record<string, string> = {
  "app/api/cron/route.ts": "has what expired deleted where no server of ours does",
  "app/api/health/route.ts": "asks whether the database answers",
  "lib/server/backup.ts": "writes the whole database into a file",
  "lib/server/clean-up-regularly.ts": "does on a thread what lib/db/clean-up.ts does",
  "lib/server/clean-up-worker.mjs": "is that thread",
  "lib/server/restore.ts": "makes the whole database what a file says",
  "lib/server/serve.ts": "asks whether every migration was applied",
};
/** The stores of waiting rows. */
const QUEUES = ["lib/mail/outbox.ts", "lib/events/emit.ts"];
/** Parts of lib/db that stories may know: they ask nothing, but say which statements belong together. */
const SAYS_WHAT_BELONGS_TOGETHER = ["lib/db/transact", "lib/db/transaction-context", "lib/db/lock-row"];
/** Parts of lib/db for code that turns an outage into an answer. */
const TELLS_OUTAGES = ["lib/db/outage", "lib/db/request-outage"];

const direct = (files: SourceFile[], isForbidden: (to: string, from: string, isTypeOnly: boolean) => boolean) =>
  files.flatMap(({ name, imports }) =>
    imports
      .filter(({ from, isTypeOnly }) => isForbidden(from, name, isTypeOnly))
      .map(({ from }) => `${name} → ${from}`),
  );

const crossingRooms = (files: SourceFile[]) =>
  forbiddenWays(files, (from, to) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    return room !== null && other !== null && room !== other && !MAY_REACH[room]?.includes(other);
  });
const reachingNext = (files: SourceFile[]) =>
  forbiddenWays(files, (from, to) => NEXT.test(to) && !KNOWS_NEXT.includes(roomOf(from) ?? ""));
/** The folder of a story of several files: "lib/auth/passkeys". */
const storyFolderOf = (name: string) => name.match(/^lib\/auth\/[^/]+(?=\/)/)?.[0];
const callingTheirLike = (files: SourceFile[]) =>
  direct(files, (to, from) => {
    const [room, other] = [roomOf(from), roomOf(`${to}.ts`)];
    const folder = storyFolderOf(from);
    const isOneStory = folder !== undefined && folder === storyFolderOf(to);
    return room === other && (room === "store" || (room === "stories" && !isOneStory));
  });

test("the files were found and read", () => {
  expect(FILES.length).toBeGreaterThan(200);
  const { imports } = readSource("lib/auth/login.ts");
  expect(imports.map(({ from }) => from)).toEqual(
    expect.arrayContaining(["lib/auth/store/users", "lib/auth/steps/guess"]),
  );
  expect(imports.find(({ from }) => from === "prisma/client/client")?.isTypeOnly).toBe(true);
});

test("every file is in a room that the design knows", () => {
  expect(FILES.filter(({ name }) => !(String(roomOf(name)) in MAY_REACH)).map(({ name }) => name)).toEqual([]);
});

describe("imports go one way", () => {
  test("no file reaches a room above its own, not even through others", () => {
    expectNone("one way", crossingRooms(FILES));
  });

  test("no two files import each other, not even in a circle of many", () => {
    expectNone("no circles", circles(FILES));
  });

  test("nothing below the pages and lib/web reaches Next, not even through others", () => {
    expectNone("no Next", reachingNext(FILES));
  });

  test("React is known to pages and mails only", () => {
    const others = FILES.filter(({ name }) => !KNOWS_REACT.includes(roomOf(name) ?? ""));
    expectNone(
      "no React",
      direct(others, (to) => /^(react|@react-email)(\/|$)/.test(to)),
    );
  });

  test("a story calls no other story, and a store no other store", () => {
    expectNone("no like calls its like", callingTheirLike(FILES));
  });

  test("only stores, queues and commands ask the database, and files that have a reason", () => {
    const isQuestion = (to: string) =>
      within(to, "lib/db") && ![...SAYS_WHAT_BELONGS_TOGETHER, ...TELLS_OUTAGES].includes(to);
    const asking = namesOf(FILES.filter(({ imports }) => imports.some(({ from }) => isQuestion(from)))).filter(
      (name) => !["store", "db", "cli", "prisma"].includes(roomOf(name) ?? "") && !QUEUES.includes(name),
    );
    expectNone(
      "no database",
      asking.filter((name) => !(name in ASKS_DATABASE)),
    );
    expect(Object.keys(ASKS_DATABASE).filter((name) => !asking.includes(name))).toEqual([]);
  });

  test("what an outage is knows only what answers requests or commands, the sender of mail, and background work", () => {
    const others = FILES.filter(
      ({ name }) =>
        name !== "lib/background.ts" && !["db", "mail", "server", "wire", "app", "cli"].includes(roomOf(name) ?? ""),
    );
    expectNone(
      "no outage",
      direct(others, (to) => TELLS_OUTAGES.includes(to)),
    );
  });

  test("what Prisma generates is run where the client is loaded, and where tables are listed; others take types from it", () => {
    const others = FILES.filter(({ name }) => !["lib/db/index.ts", "lib/db/tables.ts"].includes(name));
    expectNone(
      "no generated code",
      direct(others, (to, _, isTypeOnly) => within(to, "prisma/client", "prisma/client-postgresql") && !isTypeOnly),
    );
  });

  test("next-auth, which is a beta, is imported by one file, and its core by third-party sign-in alone", () => {
    const importing = (pattern: RegExp) =>
      FILES.filter(({ imports }) => imports.some(({ from }) => pattern.test(from)));
    expect(namesOf(importing(/^next-auth(\/|$)/))).toEqual(["lib/web/auth-js.ts"]);
    expect(namesOf(importing(/^@auth\/core(\/|$)/)).filter((name) => !within(name, "lib/oauth"))).toEqual([]);
  });

  test("nothing only passes on what other files export", () => {
    const inner = FILES.filter(({ name }) => !/^app\/.*\/route\.ts$/.test(name));
    const passing = inner.filter(({ code, imports }) => {
      const listed = [...code.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
        list.split(","),
      );
      const imported = imports.flatMap(({ names }) => names);
      return (
        /^export\s+(\*|(type\s+)?\{[^}]*\})[^;]*from\s/m.test(code) ||
        listed.some((name) => imported.includes(name.trim().split(/\s/)[0] ?? ""))
      );
    });
    expect(namesOf(passing)).toEqual([]);
  });
});

describe("what can be deleted", () => {
  /** The file with a line for each dialect. */
  const LIST = "app/openapi.json/contracts.ts";
  const dialects = readdirSync("lib/dialects", { withFileTypes: true }).filter((entry) => entry.isDirectory());

  test.each(dialects.map(({ name }) => name))(
    "the dialect %s is imported by nothing but itself, routes, and the list of documents",
    (dialect) => {
      const home = `lib/dialects/${dialect}`;
      const outside = FILES.filter(
        ({ name }) => !within(name, home) && name !== LIST && !/^app\/.*\/route\.ts$/.test(name),
      );
      expect(direct(outside, (to) => within(to, home))).toEqual([]);
    },
  );

  test("a route serves one dialect", () => {
    const routes = FILES.filter(({ name }) => /^app\/.*\/route\.ts$/.test(name));
    const several = routes.filter(({ imports }) => {
      const served = imports.filter(({ from }) => within(from, "lib/dialects")).map(({ from }) => from.split("/")[2]);
      return new Set(served).size > 1;
    });
    expectNone("no shared route", namesOf(several));
  });

  test.each(["app/admin", "app/dev"])("%s is imported by nothing outside it", (folder) => {
    const outside = FILES.filter(({ name }) => !within(name, folder));
    expect(direct(outside, (to) => within(to, folder))).toEqual([]);
  });
});

describe("these rules fail for a file that", () => {
  const file = (name: string, ...imported: string[]) =>
    sourceFile(name, imported.map((from) => `import { x } from "${from}";`).join("\n"));

  test("reaches a room above its own through a loose file", () => {
    const files = [file("lib/auth/a.ts", "../events"), file("lib/events.ts", "@/lib/web/b"), file("lib/web/b.ts")];
    expect(crossingRooms(files)).toEqual(["lib/events.ts → lib/web/b.ts"]);
    expect(
      crossingRooms([file("lib/auth/model/a.ts", "@/lib/log"), file("lib/log.ts", "./db"), file("lib/db/index.ts")]),
    ).toEqual(["lib/auth/model/a.ts → lib/log.ts → lib/db/index.ts"]);
  });

  test("reaches Next through a file that may", () => {
    const files = [
      file("lib/dialects/x/a.ts", "@/lib/wire/b"),
      file("lib/wire/b.ts", "@/lib/web/c"),
      file("lib/web/c.ts", "next/headers"),
    ];
    expect(reachingNext(files)).toEqual(["lib/wire/b.ts → lib/web/c.ts → next/headers"]);
  });

  test("calls a story as a story", () => {
    const files = [file("lib/auth/login.ts", "./register"), file("lib/auth/register.ts", "@/lib/auth/store/users")];
    expect(callingTheirLike(files)).toEqual(["lib/auth/login.ts → lib/auth/register"]);
    const folders = [
      file("lib/auth/a/one.ts", "./two", "@/lib/auth/b/three", "@/lib/auth/login"),
      file("lib/auth/store/a.ts", "./b"),
    ];
    expect(callingTheirLike(folders)).toEqual([
      "lib/auth/a/one.ts → lib/auth/b/three",
      "lib/auth/a/one.ts → lib/auth/login",
      "lib/auth/store/a.ts → lib/auth/store/b",
    ]);
  });

  test("is in a circle", () => {
    const files = [file("lib/a.ts", "./b"), file("lib/b.ts", "./c"), file("lib/c.ts", "./a"), file("lib/d.ts", "./a")];
    expect(circles(files)).toEqual(["lib/a.ts ↔ lib/b.ts ↔ lib/c.ts"]);
  });
});
