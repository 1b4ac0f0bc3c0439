"use client";

import { newRecoveryCodesAction } from "@/app/(auth)/authenticator/actions";
import { RecoveryCodes } from "@/app/(auth)/authenticator/recovery-codes";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

/** How many recovery codes are left, and a button that makes ten new ones. */
export function NewRecoveryCodes({ left }: { left: number }) {
  const form = useForm(newRecoveryCodesAction);
  const { recoveryCodes } = form.state;
  return (
    <div className="grid w-full gap-4 border-t border-line pt-5">
      {recoveryCodes ? (
        <>
          <p role="status">Save your new recovery codes. The old ones no longer work, and you won’t see these again.</p>
          <RecoveryCodes codes={recoveryCodes} />
        </>
      ) : (
        <>
          <p className={`text-sm ${left < 3 ? "text-danger" : "text-muted"}`}>
            {left === 1 ? "1 recovery code is left." : `${left} recovery codes are left.`} Each replaces one of the
            app’s codes if you lose your phone.
          </p>
          <Form handle={form} className="grid justify-items-start gap-3">
            <FormMessage />
            <SubmitButton className="button" pending="Creating…">
              Create new recovery codes
            </SubmitButton>
          </Form>
        </>
      )}
    </div>
  );
}
