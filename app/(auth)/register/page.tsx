import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/app/ui/auth-card";
import { ProviderButtons } from "@/app/ui/provider-buttons";
import { destination, type SearchParams } from "@/app/ui/search-params";
import { REGISTRATION_INPUTS } from "@/lib/auth/model/profile";
import { env } from "@/lib/env";
import { keepInStock } from "@/lib/stock";
import { currentPrincipal } from "@/lib/web/current-principal";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";
import { RegisterForm } from "./form";

export const metadata: Metadata = { title: "Create account" };

export default async function RegisterPage({ searchParams }: { searchParams: SearchParams }) {
  const to = await destination(searchParams);
  if (await currentPrincipal()) redirect(safeRedirect(to));
  keepInStock("/register");
  const { AUTH_ALLOW_SIGNUP, PASSWORD_MIN_LENGTH } = env();
  const signIn = (
    <a className="link" href={withTo("/login", to)}>
      Sign in
    </a>
  );
  if (!AUTH_ALLOW_SIGNUP) {
    const lead = "New accounts cannot be created here at the moment. If you have one already, you can sign in.";
    return <AuthCard title="Registration is closed" lead={lead} footer={signIn} />;
  }
  return (
    <AuthCard title="Create your account" footer={<>Already have an account? {signIn}</>}>
      <RegisterForm fields={REGISTRATION_INPUTS} to={to} minLength={PASSWORD_MIN_LENGTH} />
      <ProviderButtons to={to} />
    </AuthCard>
  );
}
