import { request } from "node:http";

const CHUNK = Buffer.alloc(64 * 1024, "a");

/** Posts this many bytes without a length, as a program could. @returns the status */
export function postChunked(url: string, bytes: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const post = request(url, { method: "POST", headers });
    post.on("response", (response) => resolve(response.resume().statusCode));
    post.on("error", reject);
    const write = (left: number): void => {
      if (left <= 0) post.end();
      else post.write(CHUNK, () => write(left - CHUNK.length));
    };
    write(bytes);
  });
}
