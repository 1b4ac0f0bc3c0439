import { AUTH_ERRORS } from "@/lib/auth/model/errors";

export const RETRY_AFTER_SECONDS = 5;

/**
 * The page for when the database is away. It stands alone, because what every other page is made of may want the
 * database, and asks again by itself, since that is all its reader can do.
 */
export function unavailablePage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${RETRY_AFTER_SECONDS}">
<title>Back in a moment</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 24rem; margin: 20vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.25rem; line-height: 1.3; }
</style>
</head>
<body>
<main>
<h1>Back in a moment</h1>
<p>${AUTH_ERRORS.unavailable.message}</p>
<p><a href="">Try again</a></p>
</main>
</body>
</html>
`;
}
