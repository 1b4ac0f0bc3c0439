import type { Metadata } from "next";
import { keepInStock } from "@/lib/stock";
import { ForgotPasswordForm } from "./form";

export const metadata: Metadata = { title: "Forgot password" };

export default function ForgotPasswordPage() {
  keepInStock("/forgot-password");
  return <ForgotPasswordForm />;
}
