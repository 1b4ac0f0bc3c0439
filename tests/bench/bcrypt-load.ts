import bcrypt from "bcrypt";
import { repeat } from "./load";

// Bare bcrypt, the way the package does it by itself: the most that sign-ins could reach.
const [password = "", cost, seconds] = process.argv.slice(2);
const hash = await bcrypt.hash(password, Number(cost));
console.log(await repeat(Number(seconds), () => bcrypt.compare(password, hash)));
