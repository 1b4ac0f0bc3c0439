"use client";

import type { ReactNode } from "react";
import { changePasswordAction } from "@/app/(app)/actions";
import { CurrentPasswordField } from "@/app/ui/current-password-field";
import { EditRow } from "@/app/ui/edit-row";
import { PasswordField } from "@/app/ui/field";
import { useForm } from "@/app/ui/form";
import { NewPasswordField } from "@/app/ui/new-password-field";

type PasswordFormProps = { email: string; minLength: number; changed: ReactNode };

export function PasswordForm({ email, minLength, changed }: PasswordFormProps) {
  return (
    <EditRow
      name="password"
      title="Password"
      value={changed}
      text="Changing it signs you out on all other devices."
      handle={useForm(changePasswordAction)}
      submit={{ label: "Change password", pending: "Changing…" }}
    >
      <CurrentPasswordField of={email} />
      <NewPasswordField label="New password" name="newPassword" minLength={minLength} required />
      <PasswordField label="Confirm password" name="confirmPassword" autoComplete="new-password" required />
    </EditRow>
  );
}
