import type { ComponentProps } from "react";
import { PasswordField } from "./field";

/** The password by which a signed-in person proves again who they are. */
export function CurrentPasswordField(props: Pick<ComponentProps<typeof PasswordField>, "of" | "autoFocus">) {
  return (
    <PasswordField
      label="Current password"
      name="currentPassword"
      autoComplete="current-password"
      required
      {...props}
    />
  );
}
