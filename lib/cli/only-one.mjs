import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes this process the only one of its kind in a folder while it runs: it listens on a socket, which the system closes with the
 * process, and answers there where it serves.
 * @param {string} folder
 * @param {() => string} tell
 * @returns {Promise<string | null>} the answer of the process that runs already, or null when this is the only one
 */
export async function becomeOnlyOne(folder, tell) {
  const address = addressFor(folder);
  const server = createServer((socket) => socket.end(tell()));
  if (await listens(server, address)) return null;
  const told = await ask(address);
  if (told !== null) return told;
  // A process that was killed has left its socket's file.
  rmSync(address, { force: true });
  await listens(server, address);
  return null;
}

function addressFor(folder) {
  const hash = createHash("sha256").update(`${process.getuid?.()} ${folder}`).digest("hex").slice(0, 16);
  return process.platform === "win32" ? `\\\\.\\pipe\\next-dev-${hash}` : join(tmpdir(), `next-dev-${hash}.sock`);
}

/** @returns {Promise<boolean>} false where the address is in use, or has been */
function listens(server, address) {
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(address, () => resolve(true)).unref();
  });
}

/** @returns {Promise<string | null>} null where no process listens */
function ask(address) {
  return new Promise((resolve) => {
    let told = "";
    const socket = connect(address).setEncoding("utf8");
    socket.on("data", (text) => {
      told += text;
    });
    socket.once("end", () => resolve(told));
    socket.once("error", () => resolve(null));
  });
}
