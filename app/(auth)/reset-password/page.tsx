import type { Metadata } from "next";
import { AuthCard } from "@/app/ui/auth-card";
import { ForgetToken } from "@/app/ui/forget-token";
import { param, type SearchParams } from "@/app/ui/search-params";
import { env } from "@/lib/env";
import { describeToken } from "@/lib/web/registration-cookie";
import { ResetPasswordForm } from "./form";

// A form on a page that sends no Referer has the origin “null”: proxy.ts judges it by Sec-Fetch-Site.
export const metadata: Metadata = { title: "Set a new password", referrer: "no-referrer", robots: { index: false } };

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const token = await param(searchParams, "token");
  const found = token ? await describeToken(token) : null;
  if (!token || found?.purpose !== "reset") return <Expired />;
  return (
    <AuthCard
      title="Set a new password"
      lead={
        <>
          For <strong className="text-ink">{found.email}</strong>. All devices will be signed out.
        </>
      }
    >
      <ForgetToken />
      <ResetPasswordForm token={token} email={found.email} minLength={env().PASSWORD_MIN_LENGTH} />
    </AuthCard>
  );
}

function Expired() {
  return (
    <AuthCard
      title="This link no longer works"
      lead="It has expired, was already used, or is incomplete. Nothing has changed. Ask for a new one."
      footer={
        <a className="link" href="/login">
          Back to sign in
        </a>
      }
    >
      <a className="button button-primary" href="/forgot-password">
        Send a new link
      </a>
    </AuthCard>
  );
}
