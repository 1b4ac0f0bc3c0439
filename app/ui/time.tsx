"use client";

import { useMemo } from "react";

const UNITS = [
  ["year", 365 * 24 * 3_600],
  ["month", 30 * 24 * 3_600],
  ["week", 7 * 24 * 3_600],
  ["day", 24 * 3_600],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** A moment in words, as seen from `now`: "just now", "5 minutes ago", "yesterday", "in 3 days". */
function inWords(moment: Date, now = new Date()): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/**
 * A moment in words, with the exact time for machines and on hover. A page keeps the server's words: the browser would count a
 * little later, and its clock may be wrong by hours.
 */
export function Time({ at }: { at: Date }) {
  const moment = at.getTime();
  const words = useMemo(() => inWords(new Date(moment)), [moment]);
  return (
    <time dateTime={at.toISOString()} title={`${exact.format(at)} UTC`} suppressHydrationWarning>
      {words}
    </time>
  );
}
