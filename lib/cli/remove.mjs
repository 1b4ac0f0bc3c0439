import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { PARTS, SHARED } from "./parts.mjs";
import { isInstalled } from "./project.mjs";
import { filesOf, removeParts } from "./remove-parts.mjs";

// `npm run remove -- strapi passkeys`: deletes parts of the project that are not wanted, and what only they used.

const {
  values: { force, ...mistyped },
  positionals,
} = parseArgs({ strict: false, options: { force: { type: "boolean" } } });
const names = [...new Set([...positionals, ...Object.keys(mistyped).map((name) => `--${name}`)])];
const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
if (names.length === 0 || unknown !== undefined)
  stop(`${unknown === undefined ? "Say what to remove" : `There is no part "${unknown}"`}, like npm run remove -- strapi:

${Object.entries(PARTS)
  .map(([name, { is }]) => `  ${name.padEnd(12)}${is}`)
  .join("\n")}`);

const present = names.filter((name) => filesOf(PARTS[name]).length > 0);
for (const name of names) if (!present.includes(name)) console.log(`${name} is not here: there is nothing to remove.`);
if (present.length > 0) {
  if (!isInstalled()) stop("The packages are not those of package-lock.json: run npm ci.");
  if (!force) refuseWithoutWayBack();
  const isLeft = (name) => !present.includes(name) && filesOf(PARTS[name]).length > 0;
  const shared = SHARED.filter(({ of }) => of.some((name) => present.includes(name)) && !of.some(isLeft));
  await removeParts([...present.map((name) => PARTS[name]), ...shared]).catch((error) => stop(error.message));
  console.log(`
Next
  git diff
  git grep -iE "${present.join("|")}" -- "*.md"   finds what documents still say in passing
  npm run check`);
}

/** Stops unless git can undo the removal. */
function refuseWithoutWayBack() {
  try {
    if (execFileSync("git", ["status", "--porcelain"], { encoding: "utf8", stdio: "pipe" }) === "") return;
  } catch {
    stop(
      "This folder is in no git repository, so nothing could bring back what is removed. If you want that: add --force.",
    );
  }
  stop(
    "There are changes that are not committed. Commit them first, so that git can undo the removal, or add --force.",
  );
}

function stop(line) {
  console.error(line);
  process.exit(1);
}
