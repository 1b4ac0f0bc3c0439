"use client";

import { changeEmailAction, changePasswordAction, deleteAccountAction, updateProfileAction } from "@/app/(app)/actions";
import { Field, PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import type { ProfileInput } from "@/lib/auth/model/profile";

const LAYOUT = "grid max-w-md gap-5 justify-items-stretch";

export function ProfileForm({ fields }: { fields: (ProfileInput & { defaultValue: string })[] }) {
  return (
    <Form handle={useForm(updateProfileAction)} className={LAYOUT}>
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
      <FormMessage />
      <SubmitButton pending="Saving…" className="button justify-self-start">
        Save profile
      </SubmitButton>
    </Form>
  );
}

/** Without a password there is none to type: then a recent sign-in counts. */
type Owner = { email: string; hasPassword: boolean };

export function EmailForm({ email, hasPassword }: Owner) {
  return (
    <Form handle={useForm(changeEmailAction)} className={LAYOUT}>
      <Field label="Email" name="email" type="email" autoComplete="email" defaultValue={email} required />
      {hasPassword && <CurrentPassword />}
      <FormMessage />
      <SubmitButton pending="Sending…" className="button justify-self-start">
        Change email
      </SubmitButton>
    </Form>
  );
}

export function PasswordForm({ email, passwordHint }: { email: string; passwordHint: string }) {
  return (
    <Form handle={useForm(changePasswordAction)} className={LAYOUT}>
      <Username email={email} />
      <CurrentPassword />
      <PasswordField label="New password" name="newPassword" autoComplete="new-password" hint={passwordHint} required />
      <PasswordField label="Confirm password" name="confirmPassword" autoComplete="new-password" required />
      <FormMessage />
      <SubmitButton pending="Changing…" className="button justify-self-start">
        Change password
      </SubmitButton>
    </Form>
  );
}

export function DeleteForm({ email, hasPassword }: Owner) {
  return (
    <Form handle={useForm(deleteAccountAction)} className={LAYOUT}>
      <Username email={email} />
      {hasPassword && <CurrentPassword />}
      <FormMessage />
      <SubmitButton pending="Deleting…" className="button button-danger justify-self-start">
        Delete account
      </SubmitButton>
    </Form>
  );
}

function CurrentPassword() {
  return <PasswordField label="Current password" name="currentPassword" autoComplete="current-password" required />;
}

/** Tells a password manager whose password the form is about. */
function Username({ email }: { email: string }) {
  return <input type="text" autoComplete="username" defaultValue={email} hidden readOnly />;
}
