import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { freePort } from "@/tests/support/server";
import { isLeft, type Running, type ToyProject, toyProject } from "@/tests/support/toy-project";

const OPEN = /Open +http:\/\/localhost:(\d+)\/login\n[\s\S]*Sign in .*\n/;

const toys: ToyProject[] = [];
const runs: Running[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const running of runs.splice(0)) if (isLeft(running)) process.kill(-(running.child.pid ?? 0), "SIGKILL");
  for (const toy of toys.splice(0)) toy.remove();
  for (const server of servers.splice(0)) server.close();
});

function newToy(options = {}): ToyProject {
  const toy = toyProject(options);
  toys.push(toy);
  return toy;
}

function dev(toy: ToyProject, ...given: Parameters<ToyProject["dev"]>): Running {
  const running = toy.dev(...given);
  runs.push(running);
  return running;
}

/** Another program, at an address of this machine. */
async function program(host: string, port = 0): Promise<number> {
  const server = createServer((_, response) => response.end("another program")).listen(port, host);
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

test("shows how far installing is, while npm is silent", async () => {
  const running = dev(newToy({ installed: false }), [], { PORT: String(await freePort()) });
  await running.says(OPEN);
  const [, line = ""] = running.output().match(/Install packages … (.*)s\n/) ?? [];
  expect(line.match(/\d+ %/g)?.length).toBeGreaterThan(1);
});

test.each(["127.0.0.1", "::1", "0.0.0.0"])(
  "passes over a port where another program answers on %s, says so, and opens its own",
  async (host) => {
    const taken = await program(host);
    const running = dev(newToy(), [], { PORT: String(taken) });
    const [, port] = await running.says(OPEN);
    await running.says(new RegExp(`Port ${taken} is taken by another program, so this is ${port}`));
    expect(Number(port)).toBeGreaterThan(taken);
    expect(await (await fetch(`http://127.0.0.1:${port}/login`)).text()).toBe("toy");
  },
);

test("takes no other program's answer for its own server's", async () => {
  const running = dev(newToy(), [], { PORT: String(await freePort()), TOY_PORT_LOST: "yes" });
  expect(await running.ended).toBe(1);
  expect(running.output()).toMatch(/Start … failed[\s\S]*EADDRINUSE/);
  expect(running.output()).not.toMatch(/Open/);
});

test("names the port that it was told and cannot have, and one that is free", async () => {
  const taken = await program("127.0.0.1");
  const running = dev(newToy(), ["--port", String(taken)]);
  expect(await running.ended).toBe(1);
  const [, free] =
    running.output().match(/Port \d+ is taken by another program\. (\d+) is free: npm run dev -- --port \1\n$/) ?? [];
  expect(Number(free)).toBeGreaterThan(taken);
  expect(isLeft(running)).toBe(false);
});

test("a second one in the same folder says where the first runs, and opens nothing", async () => {
  const toy = newToy();
  const first = dev(toy, [], { PORT: String(await freePort()) });
  const [, port] = await first.says(OPEN);
  const second = dev(toy);
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe(`npm run dev runs in this folder already: http://localhost:${port}\n`);
  expect(isLeft(second)).toBe(false);

  process.kill(-(first.child.pid ?? 0), "SIGKILL");
  await first.ended;
  const third = dev(toy, [], { PORT: port ?? "" });
  await third.says(OPEN);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends all that it started", async (signal) => {
  const running = dev(newToy(), [], { PORT: String(await freePort()) });
  await running.says(OPEN);
  running.child.kill(signal);
  expect(await running.ended).toBe(signal);
  expect(isLeft(running)).toBe(false);
});

test("Ctrl-C while packages are installed ends npm too", async () => {
  const running = dev(newToy({ installed: false }));
  await running.says(/Install packages/);
  process.kill(-(running.child.pid ?? 0), "SIGINT");
  expect(await running.ended).toBe("SIGINT");
  expect(isLeft(running)).toBe(false);
});

test("ends when Next ends", async () => {
  const toy = newToy();
  const running = dev(toy, [], { PORT: String(await freePort()) });
  await running.says(OPEN);
  process.kill(Number(readFileSync(join(toy.folder, "next.pid"), "utf8")), "SIGKILL");
  expect(await running.ended).toBe(1);
  expect(isLeft(running)).toBe(false);
});
