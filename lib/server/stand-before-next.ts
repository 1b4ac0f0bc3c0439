import { type RequestListener, Server, ServerResponse } from "node:http";
import { stopTelemetry } from "@/lib/telemetry";
import { frontStands } from "@/lib/wire/client-address";
import { checkRequest } from "./check-request";
import { createFront, holdConnections } from "./front";

declare global {
  namespace NodeJS {
    interface Process {
      /** The process's open handles, servers and connections among them. Node has no documented way to find these. */
      _getActiveHandles(): object[];
    }
  }
}

/** The title that `next start` gives its process. Platforms that call Next in other ways have a front of their own. */
const NEXT_START = /^next-server/;

/**
 * Puts our front before the server of `next start`. Next listens before it runs any code of ours: requests that wait for
 * Next by then are checked too, but answered by Next alone.
 * @throws {Error} when that server is not found, because without the front any client could write the headers that it writes
 */
export function standBeforeNext(): void {
  if (!NEXT_START.test(process.title)) return;
  const handles = process._getActiveHandles();
  const server = handles.find((handle): handle is Server => handle instanceof Server && handle.listening);
  if (!server) throw new Error("The server of next start was not found: use npm start.");
  const listeners = server.listeners("request");
  const handle: RequestListener = (req, res) => {
    for (const listener of listeners) listener.call(server, req, res);
  };
  server.removeAllListeners("request").on("request", createFront(handle));
  holdConnections(server);
  sendTelemetryLast(server);
  frontStands.yes = true;
  for (const handle of handles) {
    const waiting = "_httpMessage" in handle && handle._httpMessage;
    if (waiting instanceof ServerResponse) checkRequest(waiting.req, waiting, () => {});
  }
}

/**
 * Sends the recorded metrics and traces before the server reports that it is closed, because Next ends its process soon after
 * that.
 */
function sendTelemetryLast(server: Server): void {
  const close = server.close.bind(server);
  server.close = (closed) =>
    close((error) => {
      void stopTelemetry().finally(() => closed?.(error));
    });
}
