import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file of the project as the architecture test reads it. */
export type SourceFile = {
  /** From the project's root: "lib/auth/login.ts". */
  name: string;
  text: string;
  /** The text without its comments. */
  code: string;
  /** What it imports or re-exports: "lib/auth/store/users" for a file of ours, else a package's name. */
  imports: string[];
};

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/g;

/** All TypeScript and JavaScript files below a folder, generated ones left out. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && /\.(ts|tsx|mjs|js)$/.test(entry.name) && !/prisma\/client/.test(entry.parentPath),
      )
      .map((entry) => sourceFile(path.posix.join(entry.parentPath.replaceAll(path.sep, "/"), entry.name))),
  );
}

export function sourceFile(name: string): SourceFile {
  const text = readFileSync(name, "utf8");
  const code = text.replace(COMMENT, "");
  const imports = [...code.matchAll(IMPORT)].map(([, from = ""]) => resolve(from, name));
  return { name, text, code, imports };
}

function resolve(from: string, importer: string): string {
  if (from.startsWith("@/")) return from.slice(2);
  return from.startsWith(".") ? path.posix.join(path.posix.dirname(importer), from) : from;
}
