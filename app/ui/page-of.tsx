"use client";

import type { ReactNode } from "react";
import { PersonContext } from "./form";

/** Marks what it holds as this user's page: its forms act for no other user, who may have signed in here since. */
export function PageOf({ person, children }: { person: string; children: ReactNode }) {
  return <PersonContext value={person}>{children}</PersonContext>;
}
