import { notFound } from "next/navigation";
import { env } from "@/lib/env";

/** First line of everything under /dev: in production none of it exists. */
export function developmentOnly(): void {
  if (env().production) notFound();
}
