"use client";

import { changeEmailAction, updateProfileAction } from "@/app/(app)/actions";
import { CurrentPasswordField } from "@/app/ui/current-password-field";
import { EditRow } from "@/app/ui/edit-row";
import { Field } from "@/app/ui/field";
import { useForm } from "@/app/ui/form";
import type { ProfileInput } from "@/lib/auth/model/profile";

export function ProfileForm({ fields }: { fields: (ProfileInput & { defaultValue: string })[] }) {
  const shown = fields.map(({ defaultValue }) => defaultValue).filter(Boolean);
  return (
    <EditRow
      name="profile"
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
type EmailFormProps = { email: string; hasPassword: boolean };

export function EmailForm({ email, hasPassword }: EmailFormProps) {
  return (
    <EditRow
      name="email"
      title="Email"
      value={email}
      text="Your new address takes effect once you confirm it."
      handle={useForm(changeEmailAction)}
      submit={{ label: "Change email", pending: "Sending…" }}
    >
      <Field label="Email" name="email" type="email" autoComplete="email" defaultValue={email} required />
      {hasPassword && <CurrentPasswordField />}
    </EditRow>
  );
}
