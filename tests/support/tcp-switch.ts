import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

export type Switch = {
  port: number;
  lead(to: number): void;
  /** The first bytes of each connection, as on the network. */
  beginnings: Buffer[];
  stop(): void;
};

/** An address that moves, like a floating one, a name or a proxy: it leads to one port, then to another. */
export async function startSwitch(first: number): Promise<Switch> {
  let to = first;
  const beginnings: Buffer[] = [];
  const server = createServer((incoming) => {
    incoming.once("data", (sent) => beginnings.push(sent));
    const outgoing = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    beginnings,
    lead: (port) => {
      to = port;
    },
    stop: () => void server.close(),
  };
}
