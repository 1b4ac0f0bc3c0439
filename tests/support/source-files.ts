import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file of the project, for the architecture tests. */
export type SourceFile = {
  /** From the project's root: "lib/auth/login.ts". */
  name: string;
  text: string;
  /** The text without its comments. */
  code: string;
  imports: Import[];
};

/** One import or re-export. */
type Import = {
  /** "lib/auth/store/users" for a file of ours, else a package's name. */
  from: string;
  /** The imported names, as the imported file has them. */
  names: string[];
  isTypeOnly: boolean;
};

const STATEMENT = /^(?:import|export)\s(type\s)?(?:([^;"']*?)\sfrom\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/g;
const GENERATED = /prisma\/(client|postgresql\/client)/;

/** All TypeScript and JavaScript files below these folders, except generated ones. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|js)$/.test(entry.name) && !GENERATED.test(entry.parentPath))
      .map((entry) => readSource(path.posix.join(entry.parentPath.replaceAll(path.sep, "/"), entry.name))),
  );
}

export function readSource(name: string): SourceFile {
  return sourceFile(name, readFileSync(name, "utf8"));
}

/** A file with this text, whether it exists or not. */
export function sourceFile(name: string, text: string): SourceFile {
  const code = text.replace(COMMENT, "");
  const statements = [...code.matchAll(STATEMENT)].map(([, type, clause = "", from = ""]) => {
    const parts = (clause.match(/\{([^}]*)\}/)?.[1] ?? "").split(",").map((part) => part.trim());
    const names = parts.filter(Boolean).map((part) => part.replace(/^type\s+/, "").replace(/\s+as\s.*$/, ""));
    const isTypeOnly =
      Boolean(type) || (names.length > 0 && parts.filter(Boolean).every((part) => /^type\s/.test(part)));
    return { from: resolve(from, name), names, isTypeOnly };
  });
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, from = ""]) => ({
    from: resolve(from, name),
    names: [],
    isTypeOnly: false,
  }));
  return { name, text, code, imports: [...statements, ...dynamic] };
}

function resolve(from: string, importer: string): string {
  const plain = from.replace(/\.(ts|tsx)$/, "");
  if (plain.startsWith("@/")) return plain.slice(2);
  return plain.startsWith(".") ? path.posix.join(path.posix.dirname(importer), plain) : plain;
}
