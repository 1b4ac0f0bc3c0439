import { createHash } from "node:crypto";
import { randomToken } from "@/lib/auth/model/secrets";
import { isServerName } from "@/lib/env";
import { CommandError, runCommand } from "./command";

const SERVICE_ROLE = "--service-role";

// `npm run api-key -- shop`: makes a key for a backend of yours that calls the API for its users. With --service-role it
// administers them too, by Supabase's `auth.admin`. It is shown once.
await runCommand(async () => {
  const args = process.argv.slice(2);
  const [name = ""] = args.filter((arg) => arg !== SERVICE_ROLE);
  if (!isServerName(name))
    throw new CommandError(
      "Name the backend that the key is for, in letters, digits and dashes: npm run api-key -- shop",
    );
  const isService = args.includes(SERVICE_ROLE);
  const key = `lk_${isService ? "service" : "server"}_${randomToken()}`;
  const hash = createHash("sha256").update(key).digest("hex");
  const [use, variable] = isService
    ? [
        `A program that has it can do anything to any account. createClient(url, key) on a server:\n\n  ${key}`,
        "SUPABASE_SERVICE_KEYS",
      ]
    : [`  X-Server-Key: ${key}\n  X-Client-IP: the address of the person it calls for`, "API_SERVER_KEYS"];
  console.log(`Key, for ${name} alone. It sends it with each call, and is shown now and never again:

${use}

For this site's environment, with a comma after the keys that are there:

  ${variable}=${name}:${hash}`);
});
