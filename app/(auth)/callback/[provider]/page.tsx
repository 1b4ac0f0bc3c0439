import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { startProviderAction } from "@/app/(auth)/actions";
import { AuthCard } from "@/app/ui/auth-card";
import { FormButton } from "@/app/ui/form-button";
import { destination, param, type SearchParams } from "@/app/ui/search-params";
import { ProviderAnswer } from "@/lib/oauth/provider-answer";
import { findProvider } from "@/lib/oauth/registry";
import { currentPrincipal } from "@/lib/web/current-principal";
import { CONNECTED } from "@/lib/web/provider-sign-in";
import { withTo } from "@/lib/wire/safe-redirect";
import { FinishForm } from "./form";
import { problemWords } from "./words";

export const metadata: Metadata = { title: "Sign in", referrer: "same-origin", robots: { index: false } };

type Props = { params: Promise<{ provider: string }>; searchParams: SearchParams };

export default async function CallbackPage({ params, searchParams }: Props) {
  const provider = findProvider((await params).provider);
  if (!provider) notFound();
  const { id, name } = provider;
  const answer = ProviderAnswer.parse(await searchParams);
  if (!answer.state) {
    const problem = await param(searchParams, "problem");
    return <Problem provider={id} name={name} problem={problem} to={await destination(searchParams)} />;
  }
  const fields = Object.entries({ provider: id, ...answer }).filter((field): field is [string, string] => !!field[1]);
  return (
    <AuthCard title={`Back from ${name}`} lead="Just a moment. If nothing happens, press the button.">
      <FinishForm fields={Object.fromEntries(fields)} />
    </AuthCard>
  );
}

type ProblemProps = { provider: string; name: string; problem?: string; to?: string };

async function Problem({ provider, name, problem, to }: ProblemProps) {
  const { code, ...words } = problemWords(problem, name);
  if (await currentPrincipal())
    return (
      <AuthCard {...words}>
        <a className="button button-primary" href={to ?? "/account/security"}>
          {to ? "Continue" : "Back to your account"}
        </a>
      </AuthCard>
    );
  const signIn = withTo("/login", code === "account_exists" ? CONNECTED : to);
  if (["provider_denied", "provider_state", "provider_failed", "provider_email"].includes(code))
    return (
      <AuthCard
        {...words}
        footer={
          <a className="link" href={signIn}>
            Back to sign in
          </a>
        }
      >
        <FormButton
          action={startProviderAction}
          fields={{ provider, to }}
          pending="Continuing…"
          className="button button-primary"
        >
          {`Continue with ${name}`}
        </FormButton>
      </AuthCard>
    );
  return (
    <AuthCard
      {...words}
      footer={
        <a className="link" href="/forgot-password">
          Forgot password?
        </a>
      }
    >
      <a className="button button-primary" href={signIn}>
        Sign in
      </a>
    </AuthCard>
  );
}
