import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processOwner } from "./postgresql-server";

export type Authority = { file: string; settings(name: string): string[]; remove(): void };

/** A certificate authority for one test, which makes certificates for a PostgreSQL that `startPostgresql` starts. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-certificates-"));
  const at = (name: string) => join(folder, name);
  const openssl = (...parameters: string[]) =>
    execFileSync("openssl", parameters, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
  );
  return {
    file: at("ca.pem"),
    settings(name) {
      openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", `/CN=${name}`);
      writeFileSync(at("names"), `subjectAltName=DNS:${name}`);
      const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
      openssl("x509", "-req", "-in", "server.csr", "-out", "server.pem", ...signer);
      const owner = processOwner();
      for (const path of [folder, at("server.key"), at("server.pem")]) chownSync(path, owner.uid, owner.gid);
      return ["ssl=on", `ssl_cert_file=${at("server.pem")}`, `ssl_key_file=${at("server.key")}`];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
