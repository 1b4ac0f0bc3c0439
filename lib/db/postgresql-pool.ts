import { Client, type ClientConfig, Pool, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from "pg";
import { BRAND } from "@/lib/brand";
import { saysPoolIsShort, TooSlow } from "./is-outage";
import { cancel } from "./postgresql-cancel";
import { connectionConfigs, mustTakeWrites, requireWrites } from "./postgresql-connection";

/** When the server itself hangs, the client stops waiting after this. */
const QUERY_TIMEOUT_MS = 5_000;
/** PostgreSQL's code for a write to a read-only database: a standby, or by an operator's setting. */
const READ_ONLY = "25006";

/** `size`: the most connections at once. The rest is in milliseconds; `connectMs` is for all hosts together. */
export type PoolLimits = { size: number; connectMs: number; idleMs: number; statementMs: number };

/**
 * Connections to PostgreSQL. Of several hosts it uses one that takes writes, and looks for another when that one fails. A
 * statement outside of a transaction has a limit that also holds behind a pooler: the client cancels it over another
 * connection, which is opened only then.
 * @throws {EnvError} when the address is wrong.
 */
export function openPool(url: string, { size, connectMs, idleMs, statementMs }: PoolLimits): Pool {
  const hosts = new Hosts(connectionConfigs(url));
  class HostClient extends Client {
    constructor(options?: ClientConfig) {
      // A host that does not answer leaves time for the next.
      super({ ...options, ...hosts.current, connectionTimeoutMillis: connectMs / hosts.count });
    }
  }
  const pool = new Pool({
    Client: HostClient,
    application_name: BRAND.name,
    keepAlive: true,
    max: size,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    query_timeout: QUERY_TIMEOUT_MS,
    ...(mustTakeWrites(url) && { onConnect: requireWrites }),
  });
  const unfit = closeUnfit(pool);
  const takeOne = pool.connect.bind(pool);
  // Prisma's adapter calls the pool in these two ways: for one statement, and for a connection to begin a transaction on.
  return Object.assign(pool, {
    connect: () => connectToOne(hosts, takeOne),
    query: (config: QueryArrayConfig) => runAlone(pool, unfit, config, statementMs),
  });
}

/** The hosts of an address, and the one to connect to next. */
class Hosts {
  #at = 0;
  constructor(private readonly configs: ClientConfig[]) {}

  get count(): number {
    return this.configs.length;
  }
  get current(): ClientConfig | undefined {
    return this.configs[this.#at];
  }
  /** Moves on to the next host, unless another call has already done so. */
  leave(host: ClientConfig | undefined): void {
    if (host === this.current) this.#at = (this.#at + 1) % this.count;
  }
}

async function connectToOne(hosts: Hosts, takeOne: () => Promise<PoolClient>): Promise<PoolClient> {
  for (let left = hosts.count; ; left--) {
    const host = hosts.current;
    try {
      return await takeOne();
    } catch (error) {
      if (saysPoolIsShort(error)) throw error;
      hosts.leave(host);
      if (left === 1) throw error;
    }
  }
}

/**
 * Closes a connection, instead of lending it again, once a statement on it failed without an answer of PostgreSQL's or because
 * PostgreSQL refused to write: the address may lead to another host by now.
 */
function closeUnfit(pool: Pool): WeakSet<object> {
  const unfit = new WeakSet<object>();
  pool.on("connect", (client) => {
    // A connection that breaks also fails its statement. Without a listener, the event would end the process.
    client.on("error", () => {});
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    const noting = (...given: unknown[]) => {
      const result = query(...given);
      if (result instanceof Promise)
        result.catch((error: { severity?: string; code?: string }) => {
          if (!error.severity || error.code === READ_ONLY) unfit.add(client);
        });
      return result;
    };
    Object.assign(client, { query: noting });
  });
  pool.on("release", (_, client) => {
    if (unfit.has(client)) void client.end();
  });
  return unfit;
}

async function runAlone(pool: Pool, unfit: WeakSet<object>, config: QueryArrayConfig, limitMs: number) {
  const client = await pool.connect();
  let cancelled = false;
  const timer = setTimeout(() => {
    cancelled = true;
    cancel(client);
  }, limitMs);
  try {
    const result: QueryArrayResult = await client.query(config);
    // When we cancel a commit that waits for a standby, PostgreSQL reports success, though a failover would lose the commit.
    // And our request may still be under way, and end the next statement on this connection.
    if (cancelled) {
      unfit.add(client);
      throw new TooSlow("The database did not finish a statement in time");
    }
    return result;
  } finally {
    clearTimeout(timer);
    client.release();
  }
}
