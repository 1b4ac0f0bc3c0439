import { redirect } from "next/navigation";
import { authProvider } from "@/lib/auth-provider/server";

/** The start page redirects: replace it with your own page. */
export default async function HomePage() {
  const { authenticated, redirectTo = "/login" } = await authProvider.check();
  redirect(authenticated ? "/dashboard" : redirectTo);
}
