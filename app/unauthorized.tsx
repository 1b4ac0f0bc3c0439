import type { Metadata } from "next";
import { DeadEnd } from "./global-error";

export const metadata: Metadata = { title: "Signed out" };

/** For `unauthorized()`. Our own pages lead to /login instead; Next would send 1 KB of its own with each of them, in case. */
export default function Unauthorized() {
  return <DeadEnd title="You are signed out" lead="Sign in to see this page." />;
}
