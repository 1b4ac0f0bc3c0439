import type { Metadata } from "next";
// Next runs a form's action only where a page has it, and "Sign out" of a dead end is posted to the address that is not there.
import "@/app/(auth)/actions";
import { DeadEnd } from "./global-error";
import { NOT_FOUND } from "./ui/dead-ends";

export const metadata: Metadata = { title: NOT_FOUND.title };

export default function NotFound() {
  return <DeadEnd {...NOT_FOUND} />;
}
