import { ok, type Result } from "@/lib/auth/model/errors";
import { transact } from "@/lib/db/transact";

/** What is left of a change for its transaction, once all that takes long or could be guessed is behind it. */
export type PreparedChange<T = unknown> = () => Promise<Result<T>>;

/** Carries out what one form asks for as one: the first refusal is the answer, and then nothing has happened. */
export async function changeAsOne(changes: PreparedChange[]): Promise<Result<void>> {
  return transact(async () => {
    for (const change of changes) {
      const done = await change();
      if (!done.ok) return done;
    }
    return ok(undefined);
  });
}
