import type { Metadata } from "next";
import { AuthCard } from "@/app/ui/auth-card";
import { ForgetToken } from "@/app/ui/forget-token";
import { param, type SearchParams } from "@/app/ui/search-params";
import { Time } from "@/app/ui/time";
import { describeFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { StopForm } from "./form";

// A form on a page that sends no Referer has the origin “null”: proxy.ts judges it by Sec-Fetch-Site.
export const metadata: Metadata = {
  title: "Keep your passkeys and authenticator apps",
  referrer: "no-referrer",
  robots: { index: false },
};

export default async function StopFactorResetPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await param(searchParams, "token")) ?? "";
  const reset = token ? await describeFactorReset(token) : null;
  if (!reset)
    return (
      <AuthCard
        title="There is nothing to stop"
        lead="The removal was already stopped or carried out, or this link is incomplete."
      >
        <a className="button button-primary" href="/account">
          Go to your account
        </a>
      </AuthCard>
    );
  return (
    <AuthCard
      title="Keep your passkeys and authenticator apps"
      lead={
        <>
          An admin asked to remove the authenticator apps, passkeys and recovery codes of{" "}
          <strong className="text-ink">{reset.email}</strong>. Unless you stop it, they will be removed{" "}
          <Time at={reset.dueAt} />.
        </>
      }
    >
      <ForgetToken />
      <StopForm token={token} />
    </AuthCard>
  );
}
