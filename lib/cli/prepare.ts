import { runCommand } from "@/lib/cli/command";
import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/demo-accounts";
import { migrate } from "@/prisma/migrate";
import { seed } from "@/prisma/seed";

// What `npm run dev` needs of the database, in one process: starting two costs twice. The answer is one line of JSON.
await runCommand(async () => {
  const { applied } = await migrate();
  const added = await seed();
  console.log(
    JSON.stringify({ applied, added, emails: DEMO_USERS.map(({ email }) => email), password: DEMO_PASSWORD }),
  );
});
