import type { Metadata } from "next";
import { DeadEnd } from "@/app/global-error";
import { AppFrame } from "@/app/ui/app-frame";
import { FORBIDDEN, NOT_FOUND } from "@/app/ui/dead-ends";
import { currentPrincipal } from "@/lib/web/current-principal";

type DeadEndPageProps = { params: Promise<{ status: string }> };

export async function generateMetadata({ params }: DeadEndPageProps): Promise<Metadata> {
  return { title: (await wordsOf(params)).title, robots: { index: false } };
}

/** What lib/server/dead-end.ts sends to the signed-in in place of Next's 403 and 404. */
export default async function DeadEndPage({ params }: DeadEndPageProps) {
  const words = await wordsOf(params);
  if (!(await currentPrincipal())) return <DeadEnd {...words} />;
  return (
    <AppFrame>
      <DeadEnd {...words} inFrame />
    </AppFrame>
  );
}

async function wordsOf(params: DeadEndPageProps["params"]) {
  return (await params).status === "403" ? FORBIDDEN : NOT_FOUND;
}
