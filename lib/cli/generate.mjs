import { generate, isGenerated } from "./project.mjs";

// Generates the database client where it is missing or older than the schema: `npm ci` leaves none.
if (!isGenerated()) {
  const { code, output } = await generate();
  if (code !== 0) {
    console.error(output);
    process.exitCode = 1;
  }
}
