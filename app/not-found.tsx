import type { Metadata } from "next";
import { AuthCard, AuthFrame } from "@/app/ui/auth-card";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <AuthFrame>
      <AuthCard title="There is nothing here" lead="The address may have a typing error, or the page has moved.">
        <a className="button button-primary" href="/">
          Go to the start
        </a>
      </AuthCard>
    </AuthFrame>
  );
}
