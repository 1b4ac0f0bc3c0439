import type { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import type { TypedPasswordInput } from "@/lib/auth/model/schemas";
import { judgePassword } from "@/lib/auth/steps/judge-password";
import { currentPrincipal } from "./current-principal";
import type { FormDone } from "./form-actions";

/** Says why the password that is being typed cannot be set, and nothing where it can. */
export async function judgeTyped(
  { password, token, email, name, username }: z.output<typeof TypedPasswordInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const principal = await currentPrincipal();
  const judged = await judgePassword(password, { principal, token, said: [email, name, username] }, client);
  return judged.ok ? ok({ message: judged.value.problem ?? undefined }) : judged;
}
