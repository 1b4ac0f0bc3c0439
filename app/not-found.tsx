import type { Metadata } from "next";
import { AuthCard, AuthFrame } from "@/app/ui/auth-card";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <AuthFrame>
      <AuthCard title="Page not found" lead="Check the address for typos. The page may also have moved.">
        <a className="button button-primary" href="/">
          Go to home page
        </a>
      </AuthCard>
    </AuthFrame>
  );
}
