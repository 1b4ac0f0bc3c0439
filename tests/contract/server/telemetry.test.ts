import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { COUNTERS, GAUGES, SERVER, TIMINGS } from "@/lib/telemetry/metrics";
import { type Collector, startCollector } from "@/tests/support/collector";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { firstVisits, WRONG_PASSWORD } from "@/tests/support/first-visits";
import { HttpClient } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";
import { type Family, readPrometheus } from "@/tests/support/prometheus-text";
import { scratchFolder } from "@/tests/support/scratch";
import { freePort, startServer, type TestServer } from "@/tests/support/server";

const EMAIL = "quince-heron@example.com";
const STRANGER = "5c0ffee5c0ffee5c0ffee5c0ffee5c0f";
/** Values that an attacker would like to see in labels or traces. */
const HOSTILE = {
  "user-agent": "hostile-agent-7731",
  traceparent: `00-${STRANGER}-00f067aa0ba902b7-01`,
  "x-request-id": "hostile-request-7731",
};
/** 128 plus the signal's number. */
const SIGTERM_EXIT = 143;
const WITHIN = { timeout: 20_000, interval: 100 };

let collector: Collector;
let server: TestServer;
/** The folder to which Node writes the names of the scripts that it ran. */
const scripts = scratchFolder("scripts");
let families: Map<string, Family>;
let scraped: string;
const secrets: string[] = [EMAIL, encodeURIComponent(EMAIL), PASSWORD, WRONG_PASSWORD, "hostile-", "s3cret-token"];

beforeAll(async () => {
  collector = await startCollector();
  const metricsPort = await freePort();
  server = await startServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: "always_on",
    OTEL_METRIC_EXPORT_INTERVAL: "1000",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=the-shop",
    METRICS_PORT: String(metricsPort),
    NODE_V8_COVERAGE: scripts,
  });
  await signUpAndIn();
  const metrics = `http://127.0.0.1:${metricsPort}/metrics`;
  await vi.waitFor(async () => {
    scraped = await (await fetch(metrics)).text();
    expect(scraped).toContain('what="reset-password"');
  }, WITHIN);
  await vi.waitFor(() => expect(collector.metrics().size).toBeGreaterThan(0), WITHIN);
  families = readPrometheus(scraped);
  expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  await server.stop();
});
afterAll(() => {
  collector.close();
  rmSync(scripts, { recursive: true });
});

/** One person's first visits, with a stranger's hostile headers. */
async function signUpAndIn(): Promise<void> {
  const told = await firstVisits(server, EMAIL, HOSTILE);
  const visitor = new HttpClient(server.url, { ip: told.ip });
  await visitor.get("/reset-password?token=s3cret-token", HOSTILE);
  await visitor.call("GET", "/api/me", { headers: { authorization: "Bearer s3cret-token", ...HOSTILE } });
  const reset = await connectFakeResend(server.resendUrl).waitForMail(EMAIL, { subject: /reset/i });
  const token = new URL(reset.links[0] ?? "").searchParams.get("token") ?? "";
  expect(token.length).toBeGreaterThan(20);
  secrets.push(token, ...Object.values(told));
}

const named = (name: string) => collector.spans().filter((span) => span.name === name);
const parentOf = ({ traceId, parentId }: { traceId: string; parentId: string }) =>
  collector.spans().find((span) => span.traceId === traceId && span.spanId === parentId);

describe("a collector is told", () => {
  test("of a sign-in as one trace: the request, Next's part, the story, its transaction, its statements, the hash", () => {
    const [session] = named("INSERT Session");
    const transaction = session && parentOf(session);
    const story = transaction && parentOf(transaction);
    expect([transaction?.name, story?.name]).toEqual(["transaction", "story Confirm Code"]);
    const trace = collector.spans().filter(({ traceId }) => traceId === session?.traceId);
    const root = trace.filter(({ parentId }) => parentId === "");
    expect(root.map(({ name }) => name)).toEqual([expect.stringMatching(/^POST \//)]);
    expect(trace.filter(({ scope }) => scope === "next.js").length).toBeGreaterThan(0);
    expect(story?.attributes.outcome).toBe("done");

    const [refused] = collector.spans().filter(({ attributes }) => attributes.code === "invalid_credentials");
    expect(refused).toMatchObject({ attributes: { outcome: "refused", story: "Login" }, events: ["sign_in.failed"] });
    const ofRefused = collector.spans().filter(({ traceId }) => traceId === refused?.traceId);
    expect(ofRefused.map(({ name }) => name)).toContain("work password-hash");
    expect(ofRefused.every((span) => span.parentId === "" || parentOf(span) !== undefined)).toBe(true);
  });

  test("of each mail, and that it was sent", () => {
    const mails = collector.spans().filter(({ name }) => name.startsWith("attempt outbox"));
    expect(mails.map(({ attributes }) => attributes.what)).toEqual(
      expect.arrayContaining(["confirm-email", "reset-password"]),
    );
    expect(new Set(mails.map(({ attributes }) => attributes.outcome))).toEqual(new Set(["sent"]));
  });

  test("under the name that OpenTelemetry's own variables give, and of the same metrics as Prometheus", () => {
    expect(collector.sender()).toMatchObject({
      "service.name": "the-shop",
      "service.instance.id": expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const all = [
      ...Object.values(TIMINGS),
      ...Object.values(COUNTERS),
      ...Object.values(GAUGES),
      ...Object.values(SERVER),
    ];
    expect([...collector.metrics().keys()].sort()).toEqual(all.map(({ name }) => name).sort());
    expect(families.size).toBe(all.length + 1);
  });

  test("nothing of a trace that a stranger names", () => {
    expect(collector.spans().filter(({ traceId }) => traceId === STRANGER)).toEqual([]);
    expect(collector.spans().length).toBeGreaterThan(20);
  });
});

describe("Prometheus is told", () => {
  const value = (name: string, labels: Record<string, string>) =>
    families
      .get(name)
      ?.samples.find((sample) => Object.entries(labels).every(([label, given]) => sample.labels[label] === given))
      ?.value;

  test("of sign-ins by outcome, sessions, limits, queues and hashes", () => {
    expect(value("auth_sign_ins_total", { outcome: "succeeded" })).toBe(2);
    expect(value("auth_sign_ins_total", { outcome: "invalid_credentials" })).toBe(1);
    expect(value("auth_sessions_begun_total", { kind: "browser", proof: "password", owes: "false" })).toBe(1);
    expect(value("auth_limit_refusals_total", { limit: "mail:minute" })).toBe(1);
    expect(value("work_waiting", { queue: "password-hash" })).toBe(0);
    expect(value("outbox_overdue_seconds", { queue: "outbox" })).toBe(0);
    expect(value("work_duration_seconds", { queue: "password-hash" })).toBeGreaterThan(0);
  });
});

describe("nothing is told", () => {
  test("of addresses, passwords, codes, tokens, clients, and what else people send", () => {
    for (const told of [collector.raw(), scraped]) {
      expect(told.length).toBeGreaterThan(1_000);
      expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    }
    const [address, encoded, password] = secrets;
    for (const secret of [address, encoded, password, "s3cret-token"]) expect(server.output()).not.toContain(secret);
  });
});

test("a line of the log has the ids of its request and of its trace", () => {
  const lines = server
    .output()
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const [failed, other] = ["sign_in.failed", "sign_in.succeeded"].map((name) =>
    lines.find(({ event }) => event === name),
  );
  const span = collector.spans().find(({ events }) => events.includes("sign_in.failed"));
  expect(failed).toMatchObject({ request: expect.stringMatching(/^[\da-f-]{36}$/), trace_id: span?.traceId });
  expect(other.request).not.toBe(failed.request);
  expect(other.trace_id).not.toBe(failed.trace_id);
});

test("Next's own server sends what it recorded before it ends, and ends as ever", async () => {
  const own = await startCollector();
  const telling = { OTEL_EXPORTER_OTLP_ENDPOINT: own.url, OTEL_TRACES_SAMPLER: "always_on" };
  const watched = await startServer(telling, "next start");
  await new HttpClient(watched.url).get("/api/me");
  expect(await watched.stop()).toBe(SIGTERM_EXIT);
  expect(own.spans().map(({ name }) => name)).toContain("GET /api/me");
  expect([...own.metrics().keys()]).toContain(SERVER.memory.name);
  own.close();
});

test("a site that is not watched runs none of OpenTelemetry's code but Next's own copy of its interface", async () => {
  expect(ofOpenTelemetry(scripts).length).toBeGreaterThan(0);
  const unwatched = scratchFolder("scripts");
  const quiet = await startServer({ NODE_V8_COVERAGE: unwatched });
  await new HttpClient(quiet.url).get("/login");
  await quiet.stop();
  expect(ofOpenTelemetry(unwatched)).toEqual([]);
  expect(quiet.output()).not.toContain("trace_id");
  rmSync(unwatched, { recursive: true });
});

/** The scripts that ran and are part of OpenTelemetry, or contain it as a bundle. */
function ofOpenTelemetry(folder: string): string[] {
  const ran = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  const files = ran.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  expect(files.length).toBeGreaterThan(100);
  return files.filter(
    (file) => file.includes("node_modules/@opentelemetry/") || /BatchSpanProcessor/.test(readFileSync(file, "utf8")),
  );
}
