import type { Metadata } from "next";
import type { ReactNode } from "react";
import { AuthCard } from "@/app/ui/auth-card";
import { ForgetToken } from "@/app/ui/forget-token";
import { param, type SearchParams } from "@/app/ui/search-params";
import { CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { describeToken, pendingVerification } from "@/lib/web/registration-cookie";
import { afterButton } from "@/lib/wire/button-page";
import { CodeForm, LinkForm } from "./form";

export const metadata: Metadata = { title: "Confirm your email", referrer: "no-referrer", robots: { index: false } };

export default async function VerifyEmailPage({ searchParams }: { searchParams: SearchParams }) {
  const token = await param(searchParams, "token");
  return token === undefined ? <EnterCode /> : <ConfirmLink token={token} next={await param(searchParams, "next")} />;
}

/** What each kind of mailed link is about to do, in words for the person who opened it. */
const WORDS = {
  register: (email: ReactNode) => ({
    title: "Confirm your email",
    lead: <>Confirm that {email} is your email address to finish creating your account.</>,
  }),
  verify: (email: ReactNode) => ({
    title: "Confirm your email",
    lead: <>Confirm that {email} is your email address.</>,
  }),
  "change-email": (email: ReactNode) => ({
    title: "Confirm your new email",
    lead: (
      <>
        Once you confirm, you sign in with {email} and your other devices are signed out. If you didn’t request this,
        close this page.
      </>
    ),
  }),
  // For those who forgot theirs, and those who are invited and have none yet.
  reset: (email: ReactNode) => ({
    title: "Set your password",
    lead: <>Confirm that {email} is your email address. You then set your password in the app.</>,
  }),
  "undo-email-change": (email: ReactNode) => ({
    title: "Keep your old email",
    lead: <>Once you confirm, your account keeps {email} and all devices are signed out.</>,
  }),
};

const STARTED_ELSEWHERE = "The password you chose for this account. We ask because you started in another browser.";
const HINTS = {
  register: STARTED_ELSEWHERE,
  verify: STARTED_ELSEWHERE,
  "change-email": "The password of the account that gets this address. We ask because you are not signed in here.",
  reset: null,
  "undo-email-change": null,
};

async function ConfirmLink({ token, next }: { token: string; next: string | undefined }) {
  const found = await describeToken(token);
  // A new password is set on a page of its own, unless an API client sets it.
  if (!found || (found.purpose === "reset" && !afterButton(token, next)))
    return <NothingToConfirm title="This link no longer works" />;
  const words = WORDS[found.purpose](<strong className="text-ink">{found.email}</strong>);
  return (
    <AuthCard {...words}>
      <ForgetToken />
      <LinkForm
        token={token}
        next={next}
        email={found.email}
        passwordHint={found.needsPassword ? HINTS[found.purpose] : null}
      />
    </AuthCard>
  );
}

async function EnterCode() {
  const pending = await pendingVerification();
  if (!pending) return <NothingToConfirm title="There is nothing to confirm" />;
  return (
    <AuthCard
      title="Check your inbox"
      lead={
        <>
          We sent a code to <strong className="text-ink">{pending.email}</strong>. It works for {CONFIRM_TTL_MINUTES}{" "}
          minutes. You can also open the link in that email.
        </>
      }
      footer={
        <>
          Wrong address?{" "}
          <a className="link" href="/register">
            Use another one
          </a>
        </>
      }
    >
      <CodeForm resendInSeconds={pending.resendInSeconds} />
    </AuthCard>
  );
}

function NothingToConfirm({ title }: { title: string }) {
  return (
    <AuthCard
      title={title}
      lead="If you used your link or code before, it has done its work. If not, it has expired or was replaced: ask for a new one where you asked for this one."
      footer={
        <>
          New here?{" "}
          <a className="link" href="/register">
            Create an account
          </a>
        </>
      }
    >
      <a className="button button-primary" href="/login">
        Sign in
      </a>
    </AuthCard>
  );
}
