import type { Serve } from "@/lib/server/serve";

/** Next calls this once in each process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const npmStart: ((serve: Serve) => void) | undefined = Reflect.get(globalThis, Symbol.for("app.npm-start"));
  if (npmStart) {
    npmStart((await import("@/lib/server/serve")).serve);
    return;
  }
  if (process.env.NODE_ENV === "production") (await import("@/lib/server/stand-before-next")).standBeforeNext();
  await (await import("@/lib/server/start-work")).startWork();
}
