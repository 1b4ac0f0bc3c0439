import { connect } from "node:net";
import { Pool, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from "pg";
import { BRAND } from "@/lib/brand";

const CONNECT_TIMEOUT_MS = 4_000;
/** Where the server hangs itself, the client stops waiting. */
const QUERY_TIMEOUT_MS = 5_000;
/** PostgreSQL's code of a request to cancel, as its protocol has it. */
const CANCEL_REQUEST = 80877102;

/**
 * Connections to PostgreSQL, at most `size` at once. A statement outside of a transaction has a limit that holds behind a
 * pooler too: the client asks for its end, on a connection of its own, which costs nothing until then.
 */
export function openPool(url: string, size: number, statementMs: number): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: BRAND.name,
    keepAlive: true,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // Prisma's adapter asks the pool in this one way, and for a connection only where it begins a transaction.
  return Object.assign(pool, { query: (config: QueryArrayConfig) => runAlone(pool, config, statementMs) });
}

async function runAlone(pool: Pool, config: QueryArrayConfig, limitMs: number): Promise<QueryArrayResult> {
  const client = await pool.connect();
  // A connection that breaks also fails its query. Unheard, the event would end the process.
  const ignore = () => {};
  client.on("error", ignore);
  const timer = setTimeout(() => cancel(client), limitMs);
  let isFit = false;
  try {
    const result = await client.query(config);
    isFit = true;
    return result;
  } catch (error) {
    // An error of PostgreSQL's has a severity, and leaves the connection fit for the next; after any other it is closed.
    isFit = error instanceof Error && "severity" in error;
    throw error;
  } finally {
    clearTimeout(timer);
    if (isFit) client.off("error", ignore);
    client.release(!isFit);
  }
}

/** Asks the server, or the pooler before it, to end what this client waits for. Answered by the statement's own error. */
function cancel(client: PoolClient): void {
  if (!("processID" in client && "secretKey" in client)) return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(Number(client.processID), 8);
  request.writeInt32BE(Number(client.secretKey), 12);
  const { host, port } = client;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on("error", () => {});
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy());
  // The other side closes it when the request is carried out. Closed by us before, PgBouncer may drop the request.
  socket.write(request);
}
