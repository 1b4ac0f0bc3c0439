import type { Metadata } from "next";
import { AuthCard, AuthFrame } from "@/app/ui/auth-card";

export const metadata: Metadata = { title: "No access" };

export default function Forbidden() {
  return (
    <AuthFrame>
      <AuthCard
        title="No access to this page"
        lead="You are signed in, but your role does not include it. If you should be able to see it, ask the people who run this site."
      >
        <a className="button button-primary" href="/">
          Go to home page
        </a>
      </AuthCard>
    </AuthFrame>
  );
}
