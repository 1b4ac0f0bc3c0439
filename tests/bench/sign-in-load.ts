import { HttpClient } from "../support/http-client";
import { repeat } from "./load";

// People sign in with the right password, by the form.
const [url = "", password = "", people = "1", seconds = "1"] = process.argv.slice(2);
const hidden = await new HttpClient(url).form("/login", "Sign in");
let count = 0;
const perSecond = await repeat(Number(seconds), async () => {
  const email = `person-${count++ % Number(people)}@example.com`;
  const { session, status, text } = await new HttpClient(url).post("/login", hidden, { email, password });
  if (!session) throw new Error(`Not signed in: ${status} ${text.slice(0, 200)}`);
});
console.log(perSecond);
