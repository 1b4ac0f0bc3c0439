import { notFound } from "next/navigation";
import { env } from "@/lib/env";

/** Every page and route under /dev calls this first: in production none of them exists. */
export function developmentOnly(): void {
  if (env().production) notFound();
}
