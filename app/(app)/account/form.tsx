"use client";

import type { ReactNode } from "react";
import { changeEmailAction, changePasswordAction, deleteAccountAction, updateProfileAction } from "@/app/(app)/actions";
import { EditRow } from "@/app/ui/edit-row";
import { Field, PasswordField } from "@/app/ui/field";
import { useForm } from "@/app/ui/form";
import { NewPasswordField } from "@/app/ui/new-password-field";
import type { ProfileInput } from "@/lib/auth/model/profile";

export function ProfileForm({ fields }: { fields: (ProfileInput & { defaultValue: string })[] }) {
  const shown = fields.map(({ defaultValue }) => defaultValue).filter(Boolean);
  return (
    <EditRow
      title="Profile"
      value={shown.length > 0 ? <bdi>{shown.join(" · ")}</bdi> : "Not filled in"}
      handle={useForm(updateProfileAction)}
      submit={{ label: "Save profile", pending: "Saving…" }}
    >
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
    </EditRow>
  );
}

/** A person without a password types none: a recent sign-in counts instead. */
type Owner = { email: string; hasPassword: boolean };

export function EmailForm({ email, hasPassword }: Owner) {
  return (
    <EditRow
      title="Email"
      value={email}
      text="Your new address takes effect once you confirm it."
      handle={useForm(changeEmailAction)}
      submit={{ label: "Change email", pending: "Sending…" }}
    >
      <Field label="Email" name="email" type="email" autoComplete="email" defaultValue={email} required />
      {hasPassword && <CurrentPassword />}
    </EditRow>
  );
}

type PasswordFormProps = { email: string; minLength: number; changed: ReactNode };

export function PasswordForm({ email, minLength, changed }: PasswordFormProps) {
  return (
    <EditRow
      id="password"
      title="Password"
      value={changed}
      text="Changing it signs you out on all other devices."
      handle={useForm(changePasswordAction)}
      submit={{ label: "Change password", pending: "Changing…" }}
    >
      <Username email={email} />
      <CurrentPassword />
      <NewPasswordField label="New password" name="newPassword" minLength={minLength} required />
      <PasswordField label="Confirm password" name="confirmPassword" autoComplete="new-password" required />
    </EditRow>
  );
}

export function DeleteForm({ email, hasPassword }: Owner) {
  return (
    <EditRow
      title="Delete account"
      value="With everything in it."
      text="This permanently deletes your account and data. It can’t be undone."
      handle={useForm(deleteAccountAction)}
      submit={{ label: "Delete account", pending: "Deleting…", danger: true }}
      opener="Delete"
    >
      {hasPassword ? (
        <>
          <Username email={email} />
          <CurrentPassword />
        </>
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

function CurrentPassword() {
  return <PasswordField label="Current password" name="currentPassword" autoComplete="current-password" required />;
}

/** Tells a password manager whose password the form is about. */
function Username({ email }: { email: string }) {
  return <input type="text" autoComplete="username" defaultValue={email} hidden readOnly />;
}
