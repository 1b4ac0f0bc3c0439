import { Visitor } from "../support/visitor";
import { repeat } from "./load";

// People who sign in with the right password, through the form.
const [url = "", password = "", people = "1", seconds = "1"] = process.argv.slice(2);
const hidden = await new Visitor(url).form("/login");
let count = 0;
const perSecond = await repeat(Number(seconds), async () => {
  const email = `person-${count++ % Number(people)}@example.com`;
  const { cookie, status, body } = await new Visitor(url).post("/login", hidden, { email, password });
  if (!cookie) throw new Error(`Not signed in: ${status} ${body.slice(0, 200)}`);
});
console.log(perSecond);
