import { AuthCard, AuthFrame } from "./auth-card";

/** What a person sees when we failed: what it means for them, what to do, and a number to name when asking for help. */
export function ErrorCard({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <AuthFrame>
      <AuthCard
        title="Something went wrong on our side"
        lead="We could not load this page. Nothing is lost. Please try again in a moment."
        footer={digest && <>If this keeps happening, tell us this number: {digest}</>}
      >
        <button type="button" className="button button-primary" onClick={retry}>
          Try again
        </button>
      </AuthCard>
    </AuthFrame>
  );
}
