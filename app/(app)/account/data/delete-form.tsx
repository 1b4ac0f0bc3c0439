"use client";

import { deleteAccountAction } from "@/app/(app)/actions";
import { CurrentPasswordField } from "@/app/ui/current-password-field";
import { EditRow } from "@/app/ui/edit-row";
import { Field } from "@/app/ui/field";
import { useForm } from "@/app/ui/form";

/** A person without a password types their address: a recent sign-in counts instead of a password. */
type DeleteFormProps = { email: string; hasPassword: boolean };

export function DeleteForm({ email, hasPassword }: DeleteFormProps) {
  return (
    <EditRow
      name="delete"
      title="Delete account"
      value="With all its data"
      text="This permanently deletes your account and data. It can’t be undone."
      handle={useForm(deleteAccountAction)}
      submit={{ label: "Delete account", pending: "Deleting…", danger: true }}
      opener="Delete"
    >
      {hasPassword ? (
        <CurrentPasswordField of={email} />
      ) : (
        <Field
          label="Your email"
          name="typedEmail"
          hint={`Type ${email} to confirm.`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      )}
    </EditRow>
  );
}
