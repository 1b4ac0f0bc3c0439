import bcrypt from "bcrypt";
import { repeat } from "./load";

// Bare bcrypt, as the package runs it: the most that sign-ins could reach.
const [password = "", cost, seconds] = process.argv.slice(2);
const hash = await bcrypt.hash(password, Number(cost));
console.log(await repeat(Number(seconds), () => bcrypt.compare(password, hash)));
