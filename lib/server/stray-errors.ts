import { format } from "node:util";
import { isUnavailable } from "@/lib/db/outage";
import { log } from "@/lib/log";
import { currentActionStart } from "@/lib/wire/action-start";

/** Turns Next's messages and errors that no code catches into lines of the log. An uncaught exception ends the process. */
export function logStrayErrors(): void {
  console.error = (...parts: unknown[]) => {
    const { err, text } = read(parts);
    // An outage has its line already, and a client may hang up.
    if (isUnavailable(err) || isHangUp(err)) return;
    // An error before an action begins means that its body cannot be read, and a client may send anything.
    const isClients = currentActionStart()?.seen === false && err !== undefined;
    if (isClients) log.warn({ event: "request.refused", reason: err.message }, "an action could not be read");
    else log.error({ err }, text);
  };
  console.warn = (...parts: unknown[]) => {
    const { err, text } = read(parts);
    // Next's warning of an unknown action has a whole stack.
    log.warn({ event: "server.warning", reason: err?.message.split("\n")[0] }, text);
  };
  process.on("unhandledRejection", (err) => log.error({ err }, "unhandled rejection"));
  process.once("uncaughtException", (err) => {
    log.fatal({ err }, "uncaught exception");
    process.exit(1);
  });
}

/** Whether Node says by this error that the client closed the connection in the middle of its request. */
function isHangUp(err: Error | undefined): boolean {
  return err?.message === "aborted" && "code" in err && err.code === "ECONNRESET";
}

function read(parts: unknown[]): { err?: Error; text: string } {
  const err = parts.find((part) => part instanceof Error);
  return { err, text: format(...parts.filter((part) => part !== err)) };
}
