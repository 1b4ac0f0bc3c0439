import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * A local server that speaks Resend's wire protocol, for tests: `startFakeResend()` in the test's own process, or
 * `tsx tests/support/fake-resend.ts`, which prints `{"url":"…"}`, and `connectFakeResend(url)` in another.
 * `garbage` and `lost` take the mail and spoil the answer; the other bad modes do not take it.
 */
type Mode =
  | { mode: "ok" | "slow" | "hang" | "422" | "429" | "500" | "garbage" | "lost" }
  | { mode: "limited"; perSecond?: number };

/** An accepted mail. `code` and `links` are read from the text part; `attempts` counts requests with its key. */
export type SentMail = {
  id: string;
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  code: string | null;
  links: string[];
  attempts: number;
  at: number;
};

export type FakeResend = {
  /** The value for RESEND_BASE_URL. */
  url: string;
  /** The accepted mails, oldest first, or only those to one address. */
  mails(to?: string): Promise<SentMail[]>;
  /** The newest mail to an address, as soon as there is one. @throws after `timeoutMs` */
  waitForMail(
    to: string,
    filter?: { subject?: string | RegExp; after?: number; timeoutMs?: number },
  ): Promise<SentMail>;
  /** Every request to send so far, accepted or not: its key and its time. */
  requests(): Promise<{ key: string; at: number }[]>;
  setMode(mode: Mode["mode"] | Mode): Promise<void>;
  /** Stops the server and cuts its connections: from then on it refuses them. */
  close(): Promise<void>;
};

const SLOW_MS = 800;
const POLL_MS = 25;
const WAIT_MS = 15_000;

/** Starts the server in this process, on a free port of the loopback interface. */
export async function startFakeResend(): Promise<FakeResend> {
  const handle = createHandler();
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connectFakeResend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    ...client,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Talks to a server that runs in another process; `close` leaves it running. */
export function connectFakeResend(url: string): FakeResend {
  const ask = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).json();
  const mails = (to = ""): Promise<SentMail[]> => ask(`/__mails?to=${encodeURIComponent(to)}`);
  return {
    url,
    mails,
    requests: () => ask("/__requests"),
    async setMode(mode) {
      await ask("/__mode", { method: "POST", body: JSON.stringify(typeof mode === "string" ? { mode } : mode) });
    },
    async waitForMail(to, { subject = /./, after = 0, timeoutMs = WAIT_MS } = {}) {
      const fits = (mail: SentMail) => mail.at >= after && mail.subject.match(subject);
      for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(POLL_MS)) {
        const found = (await mails(to)).findLast(fits);
        if (found) return found;
      }
      const subjects = (await mails(to)).map((mail) => mail.subject);
      throw new Error(
        `No mail to ${to} like ${subject} within ${timeoutMs} ms; there are: ${subjects.join(", ") || "none"}`,
      );
    },
    async close() {},
  };
}

/** The server's reply; `hang` never answers, `drop` cuts the connection. */
type Reply = { status: number; body: unknown } | "hang" | "drop";

function createHandler() {
  let current: Mode = { mode: "ok" };
  const requests: { key: string; at: number }[] = [];
  const taken = new Map<string, { body: string; mail: SentMail }>();
  const recent: number[] = [];

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await route(request, await read(request));
    if (reply === "hang") return;
    if (reply === "drop") {
      response.destroy();
      return;
    }
    const headers = { "content-type": "application/json", ...(reply.status === 429 && { "retry-after": "1" }) };
    const body = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status, headers).end(body);
  };

  async function route(request: IncomingMessage, body: string): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    switch (`${request.method} ${pathname}`) {
      case "POST /emails":
        return send(request, body);
      case "GET /__requests":
        return { status: 200, body: requests };
      case "POST /__mode":
        current = JSON.parse(body) as Mode;
        return { status: 200, body: current };
      case "GET /__mails": {
        const to = searchParams.get("to");
        const mails = [...taken.values()].map(({ mail }) => mail);
        return { status: 200, body: to ? mails.filter((mail) => mail.to.includes(to)) : mails };
      }
      default:
        return problem(404, "not_found");
    }
  }

  async function send(request: IncomingMessage, body: string): Promise<Reply> {
    const key = String(request.headers["idempotency-key"] ?? `none-${requests.length}`);
    requests.push({ key, at: Date.now() });
    const { mode } = current;
    if (mode === "hang") return "hang";
    if (mode === "slow") await sleep(SLOW_MS);
    if (mode === "422") return problem(422, "validation_error");
    if (mode === "500") return problem(500, "internal_server_error");
    if (mode === "429" || isOverLimit()) return problem(429, "rate_limit_exceeded");
    if (!request.headers.authorization?.startsWith("Bearer ")) return problem(401, "missing_api_key");
    const reply = take(key, body);
    if (mode === "garbage") return { status: 200, body: "<html>not JSON" };
    return mode === "lost" ? "drop" : reply;
  }

  function take(key: string, body: string): Reply {
    const known = taken.get(key);
    if (known && known.body !== body) return problem(409, "invalid_idempotent_request");
    const parsed = JSON.parse(body) as Partial<SentMail> & { to?: string | string[] };
    const { from, to, subject, html = "", text = "", headers = {} } = parsed;
    if (!from || !to || !subject || !(html || text)) return problem(422, "missing_required_field");
    const id = known?.mail.id ?? crypto.randomUUID();
    const code = text.match(/^\d{6}$/m)?.[0] ?? null;
    const links = text.match(/https?:\/\/\S+/g) ?? [];
    const attempts = requests.filter((request) => request.key === key).length;
    const at = known?.mail.at ?? Date.now();
    taken.set(key, {
      body,
      mail: { id, from, to: [to].flat(), subject, html, text, headers, code, links, attempts, at },
    });
    return { status: 200, body: { id } };
  }

  /** The mode `limited`: this many requests in any second. */
  function isOverLimit(): boolean {
    if (current.mode !== "limited") return false;
    const now = Date.now();
    while (recent[0] !== undefined && recent[0] <= now - 1000) recent.shift();
    if (recent.length >= (current.perSecond ?? 2)) return true;
    recent.push(now);
    return false;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** An error in Resend's words: clients look at the name. */
function problem(statusCode: number, name: string): Reply {
  return { status: statusCode, body: { statusCode, name, message: `Test mode: ${name}` } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFakeResend();
  console.log(JSON.stringify({ url }));
}
