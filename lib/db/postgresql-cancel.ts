import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as encrypt } from "node:tls";
import type { PoolClient } from "pg";

/** The codes of a request to cancel, and of one to encrypt, in PostgreSQL's protocol (55.7). */
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const TIMEOUT_MS = 4_000;

/**
 * Asks the server, or the pooler before it, to end the statement that this client waits for, which then fails. Where the
 * client's connection is encrypted, this one is too, with the same certificates, or it asks nothing: with the key in the
 * request, a reader of it could end a stranger's statements too.
 */
export function cancel(client: PoolClient): void {
  if (!("processID" in client && "secretKey" in client)) return;
  const request = numbers(CANCEL_REQUEST, Number(client.processID), Number(client.secretKey));
  const { host, port, ssl } = client;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on("error", () => {});
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  // The other side closes the connection after it has carried out the request. If we closed it before, PgBouncer might drop the
  // request.
  if (ssl) sendEncrypted(socket, request, { host, ...optionsOf(ssl) });
  else socket.write(request);
}

function sendEncrypted(socket: Socket, request: Buffer, options: ConnectionOptions & { host: string }): void {
  const { host } = options;
  socket.write(numbers(SSL_REQUEST));
  socket.once("data", (answer) => {
    if (answer.toString() !== "S") return void socket.destroy();
    // RFC 6066 (3): an IP address is no server name.
    const name = isIP(host) === 0 && { servername: host };
    const encrypted = encrypt({ ...name, ...options, socket }, () => encrypted.write(request));
    encrypted.on("error", () => socket.destroy());
  });
}

/** The driver hides `key` from logs that print the client, and so from spreading. */
function optionsOf(ssl: boolean | ConnectionOptions): ConnectionOptions {
  return typeof ssl === "object" ? { ...ssl, ...(ssl.key && { key: ssl.key }) } : {};
}

/** A message without a type: its own length, and numbers of four bytes. */
function numbers(...values: number[]): Buffer {
  const message = Buffer.alloc((values.length + 1) * 4);
  for (const [n, value] of [message.length, ...values].entries()) message.writeInt32BE(value, n * 4);
  return message;
}
