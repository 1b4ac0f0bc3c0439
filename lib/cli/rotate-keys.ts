import { parseArgs } from "node:util";
import { rotateSigningKey } from "@/lib/auth/store/signing-keys";
import { db } from "@/lib/db";
import { announceDatabase, runCommand, takeSettingsOfStart } from "./command";

// `npm run keys:rotate` makes a new key, which signs access tokens from now on. Every session goes on. After a leak of AUTH_SECRET
// and the database, `npm run keys:rotate -- --drop` also makes the former keys invalid.
takeSettingsOfStart();
await runCommand(async () => {
  const { drop } = parseArgs({ options: { drop: { type: "boolean" } } }).values;
  announceDatabase();
  const { kid } = await rotateSigningKey({ dropFormer: drop });
  const former = drop ? "Tokens of former keys are refused within a minute." : "Former keys go on being accepted.";
  console.log(`The new key is ${kid}. ${former}`);
  await db.$disconnect();
}, "npm run keys:rotate, or npm run keys:rotate -- --drop");
