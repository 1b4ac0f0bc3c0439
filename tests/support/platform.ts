import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, spawnServer } from "./server";

const POLL_MS = 10;
const LISTENS_WITHIN_MS = 30_000;

/**
 * What a platform does with a process once its answer is out, without waiting for the process's other work: it stops the
 * process until the next request, or kills it and starts another one for the next request.
 */
export type AfterAnswer = "freeze" | "kill";

export type Platform = {
  /** Where it takes requests; the app has this as its own address. */
  url: string;
  /** How many processes it has started. */
  starts(): number;
  close(): Promise<void>;
};

/** Serves the build by plain `next start`, one request at a time. */
export async function startPlatform(afterAnswer: AfterAnswer, settings: Record<string, string>): Promise<Platform> {
  const port = await freePort();
  const agent = new Agent({ keepAlive: false });
  let [child, starts]: [ChildProcess | undefined, number] = [undefined, 0];
  let last: Promise<unknown> = Promise.resolve();

  async function wake(): Promise<void> {
    if (child) child.kill("SIGCONT");
    else {
      starts++;
      child = spawnServer({ ...settings, APP_URL: url, PORT: String(port) }, "next start").child;
      // The first request comes as soon as the process listens, and waits for Next.
      for (const end = Date.now() + LISTENS_WITHIN_MS; !(await listens(port)); await sleep(POLL_MS))
        if (Date.now() > end || child.exitCode !== null) throw new Error("next start does not listen");
    }
  }

  async function putAway(how: AfterAnswer): Promise<void> {
    if (how === "freeze") child?.kill("SIGSTOP");
    else if (child) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      child = undefined;
    }
  }

  /** The client gets the end of its answer only after the process was stopped or killed. */
  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    await wake();
    const { method, url: path, rawHeaders: headers } = req;
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent });
    req.pipe(asked);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const body: Buffer[] = [];
    for await (const chunk of answer) body.push(chunk);
    await putAway(afterAnswer);
    res.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
    res.end(Buffer.concat(body));
  }

  const server = createServer((req, res) => {
    last = last.then(() => handle(req, res)).catch((error: unknown) => res.destroy(error as Error));
  });
  server.listen(0);
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    starts: () => starts,
    async close() {
      await last;
      server.close();
      server.closeAllConnections();
      await putAway("kill");
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
