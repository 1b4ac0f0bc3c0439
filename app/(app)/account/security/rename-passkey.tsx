"use client";

import { renamePasskeyAction } from "@/app/(auth)/passkeys/holder-actions";
import { EditButton, useEdit } from "@/app/ui/edit-row";
import { Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

/** The name of a passkey, to be changed. */
export function RenamePasskey({ id, label, describedBy }: { id: string; label: string; describedBy: string }) {
  const form = useForm(renamePasskeyAction);
  const edit = useEdit(`passkey-${id}`, form.state);
  return (
    <div>
      <EditButton edit={edit} describedBy={describedBy} className="link text-sm">
        Rename
      </EditButton>
      {edit.isOpen && (
        <Form handle={form} className="grid max-w-md gap-3 pt-3">
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
          <SubmitButton className="button button-small justify-self-start" pending="Saving…">
            Save name
          </SubmitButton>
        </Form>
      )}
    </div>
  );
}
