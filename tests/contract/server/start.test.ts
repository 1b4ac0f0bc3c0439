import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serverSettings, spawnServer, startServer } from "@/tests/support/server";

const NO_DATABASE = join(import.meta.dirname, "there-is-no-such-folder", "test.db");

describe("a production start", () => {
  test.each([
    ["AUTH_SECRET", "", "is missing"],
    ["AUTH_SECRET", "changeme", "is a sample"],
    ["AUTH_SECRET", "0123456789012345678901234567890", "has 31 bytes"],
    ["APP_URL", "", "is missing"],
    ["APP_URL", "http://app.example.com", "is not https"],
    ["DATABASE_URL", "", "is missing"],
    ["RESEND_API_KEY", "", "is missing"],
    ["BCRYPT_COST", "4", "is too cheap"],
    ["TRUSTED_PROXY_HOPS", "", "is not said"],
    ["DATABASE_URL", "file:/there/is/no/such/folder/app.db", "cannot be opened"],
  ])("stops with one line when %s=%s: it %s", async (name, value) => {
    const { child, output } = spawnServer({ ...serverSettings(NO_DATABASE), BCRYPT_COST: "12", [name]: value });
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(output()).toMatch(new RegExp(`^${name} .+\n$`));
    if (value.length > 4 && name === "AUTH_SECRET") expect(output()).not.toContain(value);
  });

  test("makes no account, finishes what is under way when told to stop, and leaves with 0", async () => {
    const server = await startServer();
    const file = server.settings.DATABASE_URL?.slice("file:".length) ?? "";
    expect(existsSync(file)).toBe(true);
    const { PrismaClient } = await import("@/prisma/client/client");
    const { PrismaLibSql } = await import("@prisma/adapter-libsql");
    const db = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) });
    expect(await db.user.count()).toBe(0);
    await db.$disconnect();

    const answers = Array.from({ length: 30 }, () => fetch(`${server.url}/login`).then((answer) => answer.text()));
    await answers[0];
    const stopped = server.stop();
    for (const page of await Promise.all(answers)) expect(page).toContain("</html>");
    expect(await stopped).toBe(0);
    expect(server.output()).toContain("server.stopped");
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
