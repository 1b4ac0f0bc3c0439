import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/app/ui/auth-card";
import { ForgetToken } from "@/app/ui/forget-token";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { currentClient } from "@/lib/web/current-client";
import { currentPrincipal } from "@/lib/web/current-principal";
import { describeLink, pendingSignIn } from "@/lib/web/sign-in-code";
import { withTo } from "@/lib/wire/safe-redirect";
import { CodeForm, LinkForm } from "./form";

export const metadata: Metadata = { title: "Sign in by email", referrer: "no-referrer", robots: { index: false } };

export default async function SignInCodePage({ searchParams }: { searchParams: SearchParams }) {
  const token = await param(searchParams, "token");
  return token === undefined ? <EnterCode /> : <PressButton token={token} next={await param(searchParams, "next")} />;
}

/** Says the same for every address: the answer must not tell whether it has an account. */
async function EnterCode() {
  const pending = await pendingSignIn(await currentClient());
  if (!pending) redirect("/sign-in-code/address");
  if (pending === "expired") redirect("/sign-in-code/address?message=expired");
  return (
    <AuthCard
      title="Check your inbox"
      lead={
        <>
          If there is an account for <strong className="text-ink">{pending.email}</strong>, a code is on its way. It
          works for {CONFIRM_TTL_MINUTES} minutes.
        </>
      }
      footer={
        <>
          Wrong address?{" "}
          <a className="link" href={withTo("/login", pending.to)}>
            Sign in another way
          </a>
        </>
      }
    >
      <CodeForm resendInSeconds={pending.resendInSeconds} />
    </AuthCard>
  );
}

async function PressButton({ token, next }: { token: string; next: string | undefined }) {
  const found = await describeLink(token);
  if (!found) return <DeadLink />;
  const { email, device, ip, begunHere } = found;
  const principal = await currentPrincipal();
  return (
    <AuthCard
      title="Sign in"
      lead={
        <>
          Sign in to this browser as <strong className="text-ink">{email}</strong>.
          {principal && principal.email !== email && ` ${principal.email} is signed out here.`}
        </>
      }
    >
      <ForgetToken />
      {!begunHere && (
        <Notice tone="info">
          This sign-in was requested from {device}
          {ip && ` at ${ip}`}. It signs in this browser, not that one. If you didn’t request it, close this page.
        </Notice>
      )}
      <LinkForm token={token} next={next} />
    </AuthCard>
  );
}

function DeadLink() {
  return (
    <AuthCard
      title="This link no longer works"
      lead={`A link works once, for ${CONFIRM_TTL_MINUTES} minutes. Ask for another one to sign in.`}
      footer={
        <a className="link" href="/login">
          Sign in another way
        </a>
      }
    >
      <a className="button button-primary" href="/sign-in-code/address">
        Email me a code
      </a>
    </AuthCard>
  );
}
