import type { Metadata } from "next";
import { DeadEnd } from "./global-error";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return <DeadEnd title="Page not found" lead="Check the address for typos. The page may also have moved." />;
}
