import { ok, type Result } from "@/lib/auth/model/errors";
import { transact } from "@/lib/db/transact";

/** The rest of a change, which runs in a transaction: hashing, guesses and the like are done before. */
export type PreparedChange<T = unknown> = () => Promise<Result<T>>;

/** Makes all changes of one form in one transaction. The first refusal is the answer, and undoes the others. */
export async function changeAsOne(changes: PreparedChange[]): Promise<Result<void>> {
  return transact(async () => {
    for (const change of changes) {
      const done = await change();
      if (!done.ok) return done;
    }
    return ok(undefined);
  });
}
