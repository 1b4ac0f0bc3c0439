import { z } from "zod";
import { checkbox, id, name, to } from "@/lib/auth/model/schemas";

const ENTER_CODE = "Enter the six digits that your app shows.";
const ENTER_RECOVERY_CODE = "Enter one of your recovery codes, like K7WQX-3MPTA.";
const MAX_TYPED = 50;

const code = z
  .string(ENTER_CODE)
  .max(MAX_TYPED, ENTER_CODE)
  .transform((value) => value.replace(/[\s-]/g, ""))
  .refine((value) => /^\d{6}$/.test(value), ENTER_CODE);
const recoveryCode = z
  .string(ENTER_RECOVERY_CODE)
  .max(MAX_TYPED, ENTER_RECOVERY_CODE)
  .refine((value) => /^[a-z0-9]{10}$/i.test(value.replace(/[\s-]/g, "")), ENTER_RECOVERY_CODE);

export const SecondStepInput = z.object({ code, remember: checkbox, to });
export const RecoveryCodeInput = z.object({ recoveryCode, remember: checkbox, to });
export const StartAuthenticatorInput = z.object({ label: name.optional(), to });
export const ConfirmAuthenticatorInput = z.object({ authenticatorId: id, code, to });
export const AuthenticatorInput = z.object({ authenticatorId: id });
