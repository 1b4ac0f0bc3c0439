import type { Metadata } from "next";
import { DeadEnd } from "./global-error";
import { FORBIDDEN } from "./ui/dead-ends";

export const metadata: Metadata = { title: FORBIDDEN.title };

export default function Forbidden() {
  return <DeadEnd {...FORBIDDEN} />;
}
