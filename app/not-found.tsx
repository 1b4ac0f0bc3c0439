import type { Metadata } from "next";
import { DeadEnd } from "./global-error";
import { NOT_FOUND } from "./ui/dead-ends";

export const metadata: Metadata = { title: NOT_FOUND.title };

export default function NotFound() {
  return <DeadEnd {...NOT_FOUND} />;
}
