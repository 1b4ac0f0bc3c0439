import type { Metadata } from "next";
import { DeadEnd } from "./global-error";

export const metadata: Metadata = { title: "No access" };

export default function Forbidden() {
  return (
    <DeadEnd
      title="No access to this page"
      lead="You are signed in, but your role does not include it. If you should be able to see it, ask the people who run this site."
    />
  );
}
