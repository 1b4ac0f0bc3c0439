import { after } from "next/server";

/** Next calls this once a process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { keepAliveWith } = await import("@/lib/background");
  const { startSending } = await import("@/lib/mail/sender");
  const { startDelivering } = await import("@/lib/events/deliver");
  keepAliveWith(keepAliveAfterAnswer);
  if (process.env.NODE_ENV === "production") {
    const { standBeforeNext } = await import("@/lib/server/stand-before-next");
    standBeforeNext();
  }
  startSending();
  startDelivering();
}

/** Platforms that freeze a process once it has answered wait for what `after` is given. */
function keepAliveAfterAnswer(work: Promise<void>): void {
  try {
    after(work);
  } catch {
    // Outside of a request there is no answer after which the process could be frozen.
  }
}
