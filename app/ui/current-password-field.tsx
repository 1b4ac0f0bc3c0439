import { PasswordField } from "./field";

type CurrentPasswordFieldProps = {
  /** Their address, where the form has no field of it: a password manager is told whose password this is. */
  of?: string;
  autoFocus?: boolean;
};

/** The password by which a signed-in person proves again who they are. */
export function CurrentPasswordField({ of, ...props }: CurrentPasswordFieldProps) {
  return (
    <>
      {of && <input type="text" autoComplete="username" defaultValue={of} hidden readOnly />}
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        required
        {...props}
      />
    </>
  );
}
