import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

// No dependencies in here: `npm run dev` needs this before they are installed.

/**
 * Whether a variable is set, by the shell or by a file that Next reads in this mode.
 * @param {string} name
 * @param {"development" | "production"} mode
 * @param {string} folder where the .env files are
 */
export function isSet(name, mode, folder) {
  const files = [`.env.${mode}.local`, ".env.local", `.env.${mode}`, ".env"].map((file) =>
    join(/* turbopackIgnore: true */ folder, file),
  );
  const line = new RegExp(`^\\s*(export\\s+)?${name}\\s*=\\s*\\S`, "m");
  return Boolean(process.env[name]) || files.some((file) => existsSync(file) && line.test(readFileSync(file, "utf8")));
}

/**
 * Gives development a secret of its own in .env.local.
 * @param {string} folder
 * @returns {string} the secret
 */
export function makeSecret(folder) {
  const secret = randomBytes(32).toString("base64url");
  const reason = "# Signs and seals what browsers hold. Yours alone: made for development, never committed.";
  appendFileSync(join(folder, ".env.local"), `${reason}\nAUTH_SECRET=${secret}\n`, { mode: 0o600 });
  return secret;
}
