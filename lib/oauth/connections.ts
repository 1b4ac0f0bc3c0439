import { listAccounts } from "@/lib/auth/store/accounts";
import { enabledProviders, nameOfProvider } from "./registry";

/** A third-party sign-in as /account/security shows it. `name` is the provider's; `label` tells two accounts of one provider apart. */
export type Connection = { id: string; provider: string; name: string; label: string | null; connectedAt: Date };

/** A user's third-party sign-ins, and the providers that could be added. */
export async function listConnections(
  userId: string,
): Promise<{ connections: Connection[]; available: { id: string; name: string }[] }> {
  const accounts = await listAccounts(userId);
  const connections = accounts.map(({ id, provider, label, createdAt }) => ({
    id,
    provider,
    label,
    name: nameOfProvider(provider),
    connectedAt: createdAt,
  }));
  const available = enabledProviders().filter(({ id }) => !accounts.some(({ provider }) => provider === id));
  return { connections, available };
}
