"use client";

import { AuthCard, AuthFrame } from "./ui/auth-card";
import { chosenTheme } from "./ui/theme";
import "./globals.css";

/**
 * What a person sees when we failed: what it means for them, what to do, and a number to name when asking for help. It
 * stands in for the root layout too, which may be what failed, so it brings its own document; the font may be the system's.
 * There is no error page inside the layout: each of the two would be loaded with every page.
 */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <html lang="en" data-theme={chosenTheme()} suppressHydrationWarning>
      <body>
        <title>Something went wrong</title>
        <AuthFrame>
          <AuthCard
            title="Something went wrong on our side"
            lead="We could not load this page. Nothing is lost. Please try again in a moment."
            footer={digest && <>If this keeps happening, tell us this number: {digest}</>}
            takesFocus
          >
            <button type="button" className="button button-primary" onClick={retry}>
              Try again
            </button>
          </AuthCard>
        </AuthFrame>
      </body>
    </html>
  );
}

type DeadEndProps = { title: string; lead: string; inFrame?: boolean };

/**
 * The page in place of one that is not there, or not for this person. Next sends both with every page, in case, so they
 * are two sentences each to code that the browser has: this file is loaded with every page too.
 */
export function DeadEnd({ title, lead, inFrame }: DeadEndProps) {
  const card = (
    <AuthCard title={title} lead={lead}>
      <a className="button button-primary" href="/">
        Go to home page
      </a>
    </AuthCard>
  );
  return inFrame ? card : <AuthFrame>{card}</AuthFrame>;
}
