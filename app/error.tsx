"use client";

import { ErrorCard } from "@/app/ui/error-card";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorCard error={error} retry={retry} />;
}
