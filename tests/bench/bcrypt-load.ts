import bcrypt from "bcrypt";
import { repeat } from "./load";

// Bare bcrypt, the way the package does it by itself: the most that sign-ins could reach.
const [seconds, cost] = process.argv.slice(2).map(Number);
const hash = await bcrypt.hash("plover-hatch-93-quill", cost ?? 12);
console.log(await repeat(seconds ?? 1, () => bcrypt.compare("plover-hatch-93-quill", hash)));
