import { copyAvatar } from "@/lib/auth/avatar/change-avatar";
import { inBackground } from "@/lib/background";
import { afterCommit } from "@/lib/db/transaction-context";
import type { User } from "@/prisma/client/client";
import { findProvider } from "./registry";
import { createTransport, isSafeAddress } from "./transport";

const WITHIN_MS = 10_000;

/**
 * Copies the picture that a provider has of a user, after the answer, so that visitors' browsers need not ask the provider.
 * It fetches only from hosts that the provider declares, and once: if that fails, pages show the provider's own address.
 */
export function takeOverPicture({ id, image }: Pick<User, "id" | "image">, provider: string): void {
  const hosts = findProvider(provider)?.pictureHosts ?? [];
  if (!image || !URL.canParse(image)) return;
  const url = new URL(image);
  if (!hosts.includes(url.host) || !isSafeAddress(url)) return;
  const copy = async () => {
    const answer = await createTransport(AbortSignal.timeout(WITHIN_MS), undefined).fetch(url);
    if (answer.ok) await copyAvatar(id, { from: image, bytes: new Uint8Array(await answer.arrayBuffer()) });
  };
  afterCommit(() => inBackground("copy of a provider's picture", copy));
}
