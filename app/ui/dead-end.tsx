"use client";

import { lazy } from "react";

type DeadEndProps = { title: string; lead: string };

// Every page carries what it would show if it were refused. So that is two sentences, and the code for it comes when it is shown.
const Card = lazy(() => import("./dead-end-card"));

/** The page in place of one that is not there, or not for this person. */
export function DeadEnd(props: DeadEndProps) {
  return <Card {...props} />;
}
