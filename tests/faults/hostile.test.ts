import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Hostile, hostileRequests, sendHostile } from "@/tests/support/hostile-requests";
import { HttpClient } from "@/tests/support/http-client";
import { type Start, startServer, type TestServer } from "@/tests/support/server";

/** The same in each run, so that a failure is found again. By these variables more, and others. */
const COUNT = Number(process.env.HOSTILE_REQUESTS ?? 2_000);
const SEED = Number(process.env.HOSTILE_SEED ?? 20_261_129);
const AT_ONCE = 16;
const HALF_OPEN = 500;

describe.each<Start>(["npm start", "next start"])("the build under %s", (start) => {
  let server: TestServer;
  let port: number;
  beforeAll(async () => {
    server = await startServer({}, start);
    port = Number(new URL(server.url).port);
  });
  afterAll(() => server?.stop());

  test(`answers ${COUNT} hostile requests, none of them as a fault of its own, while ${HALF_OPEN} others send nothing more`, {
    timeout: 30_000 + COUNT * 100,
  }, async () => {
    const halfOpen = await Promise.all(Array.from({ length: HALF_OPEN }, () => openHalf(port)));
    const closed = halfOpen.map((socket) => once(socket, "close"));
    const wrong: { bytes: string; statuses: number[] }[] = [];
    const requests = hostileRequests(COUNT, SEED);
    await Promise.all(Array.from({ length: AT_ONCE }, () => sendNext(requests, wrong)));
    expect(wrong.length, JSON.stringify(wrong.slice(0, 10), null, 1)).toBe(0);
    expect((await new HttpClient(server.url).get("/login")).status).toBe(200);
    // Next's own server looks for them every half minute only.
    if (start === "npm start") await Promise.all(closed);
    for (const socket of halfOpen) socket.destroy();
  });

  async function sendNext(requests: Hostile[], wrong: { bytes: string; statuses: number[] }[]): Promise<void> {
    for (let next = requests.pop(); next; next = requests.pop()) {
      const statuses = await sendHostile(port, next);
      if (statuses.length < next.owed || statuses.some((status) => status >= 500))
        wrong.push({ bytes: next.bytes.slice(0, 2_000), statuses });
    }
  }
});

/** A client that begins a request and goes no further. */
async function openHalf(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}).resume();
  await once(socket, "connect");
  socket.write("GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  return socket;
}
