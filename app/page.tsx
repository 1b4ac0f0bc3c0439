import { redirect } from "next/navigation";
import { authProvider } from "@/lib/auth-provider/server";

/** The front door leads on: replace it with your own page. */
export default async function HomePage() {
  const { authenticated, redirectTo = "/login" } = await authProvider.check();
  redirect(authenticated ? "/dashboard" : redirectTo);
}
