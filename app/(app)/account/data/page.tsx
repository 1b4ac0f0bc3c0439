import type { Metadata } from "next";
import { Group } from "@/app/ui/section";
import { exportWaitSeconds } from "@/lib/auth/export-data";
import { isFresh, levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { passwordSetAt } from "@/lib/auth/store/credentials";
import { requirePrincipal } from "@/lib/web/current-principal";
import { DeleteForm } from "./delete-form";
import { YourData } from "./your-data";

export const metadata: Metadata = { title: "Data and deletion" };

export default async function DataPage() {
  const principal = await requirePrincipal();
  const { email, userId } = principal;
  const [wait, level, changedAt] = await Promise.all([
    exportWaitSeconds(principal),
    levelOfPrincipal(principal),
    passwordSetAt(userId),
  ]);
  return (
    <Group title="Data and deletion">
      <YourData person={userId} wait={wait} fresh={isFresh(principal, level)} />
      <DeleteForm email={email} hasPassword={changedAt !== null} />
    </Group>
  );
}
