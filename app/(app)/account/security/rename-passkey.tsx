"use client";

import { renamePasskeyAction } from "@/app/(auth)/passkeys/holder-actions";
import { Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

/** Folded until the person opens it, with or without JavaScript. A success folds it again. */
export function RenamePasskey({ id, label }: { id: string; label: string }) {
  const form = useForm(renamePasskeyAction);
  const isOpen = form.state.status === "error";
  return (
    <details key={label} open={isOpen || undefined}>
      <summary className="link w-fit cursor-pointer text-sm">Rename</summary>
      <Form handle={form} className="grid justify-items-start gap-3 pt-3">
        <input type="hidden" name="passkeyId" value={id} />
        <Field
          label="Name of the passkey"
          name="label"
          defaultValue={label}
          autoComplete="off"
          maxLength={100}
          required
        />
        <FormMessage />
        <SubmitButton className="button button-small" pending="Saving…">
          Save name
        </SubmitButton>
      </Form>
    </details>
  );
}
