import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/app/ui/auth-card";
import { Notice } from "@/app/ui/notice";
import { destination, param, type SearchParams } from "@/app/ui/search-params";
import { keepInStock } from "@/lib/stock";
import { currentPrincipal } from "@/lib/web/current-principal";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";
import { AddressForm } from "./form";

export const metadata: Metadata = { title: "Sign in by email" };

export default async function SignInCodeAddressPage({ searchParams }: { searchParams: SearchParams }) {
  const to = await destination(searchParams);
  if (await currentPrincipal()) redirect(safeRedirect(to));
  keepInStock("/sign-in-code/address", ["expired"]);
  return (
    <AuthCard
      title="Sign in by email"
      lead="Enter your email and we’ll send you a code and a link to sign in with."
      footer={
        <a className="link" href={withTo("/login", to)}>
          Sign in another way
        </a>
      }
    >
      {(await param(searchParams, "message")) === "expired" && (
        <Notice tone="info">Your code has expired. Ask for another one.</Notice>
      )}
      <AddressForm to={to} />
    </AuthCard>
  );
}
