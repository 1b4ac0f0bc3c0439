import { login } from "@/lib/auth/login";
import { links } from "./people";

// A second instance of the app for sign-ins: `tsx tests/support/guess.ts <email> <times>` guesses, and prints the answers. The
// database is that of DATABASE_URL.
const [email = "", times = "0"] = process.argv.slice(2);
const codes: string[] = [];
for (let n = 0; n < Number(times); n++) {
  const from = { ip: `10.9.${process.pid % 250}.${n}`, userAgent: null };
  const result = await login({ email, password: `guess-${n}`, remember: false }, from, links);
  codes.push(result.ok ? "ok" : result.error.code);
}
process.stdout.write(JSON.stringify(codes));
