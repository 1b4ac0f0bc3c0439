import { loginAction } from "@/app/(auth)/actions";
import { FormButton } from "@/app/ui/form-button";
import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/auth/model/demo-accounts";

/** Development only: who can sign in here, one press each, and where this machine's mail is. */
export function DemoAccounts() {
  return (
    <section
      className="grid gap-3 rounded-card border border-dashed border-edge p-4 text-sm"
      aria-labelledby="demo-accounts"
    >
      <h2 id="demo-accounts">Demo accounts</h2>
      <p className="text-muted">
        In development only. Press one to sign in, or type its password,{" "}
        <code className="font-mono whitespace-nowrap text-ink">{DEMO_PASSWORD}</code>, unless you changed it.
      </p>
      <ul className="flex flex-wrap gap-2">
        {DEMO_USERS.map(({ email }) => (
          <li key={email}>
            <FormButton
              action={loginAction}
              fields={{ email, password: DEMO_PASSWORD }}
              pending="Signing in…"
              className="button button-small"
            >
              {email}
            </FormButton>
          </li>
        ))}
      </ul>
      <p className="text-muted">
        Mail of this machine is in the{" "}
        <a className="link" href="/dev/mailbox">
          mailbox
        </a>
        .
      </p>
    </section>
  );
}
