import { createHash } from "node:crypto";
import { randomToken } from "@/lib/auth/model/secrets";
import { isServerName } from "@/lib/env";
import { CommandError, runCommand } from "./command";

// `npm run api-key -- shop`: makes a key for a backend of yours that calls the API for its users. It is shown once.
await runCommand(async () => {
  const [name = ""] = process.argv.slice(2);
  if (!isServerName(name))
    throw new CommandError(
      "Name the backend that the key is for, in letters, digits and dashes: npm run api-key -- shop",
    );
  const key = `lk_server_${randomToken()}`;
  const hash = createHash("sha256").update(key).digest("hex");
  console.log(`Key, for ${name} alone. It sends it with each call, and is shown now and never again:

  X-Server-Key: ${key}
  X-Client-IP: the address of the person it calls for

For this site's environment, with a comma after the keys that are there:

  API_SERVER_KEYS=${name}:${hash}`);
});
