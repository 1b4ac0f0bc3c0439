"use client";

import { useEffect, useState } from "react";

const FILE = "recovery-codes.txt";

/** New recovery codes, shown this once. Without JavaScript they can be written down, printed and downloaded. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  const [scripted, setScripted] = useState(false);
  const [copied, setCopied] = useState(false);
  useEffect(() => setScripted(true), []);
  const text = `${codes.join("\n")}\n`;
  return (
    <div className="grid gap-4">
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,max(11ch,35%)),1fr))] gap-x-6 gap-y-2 rounded-control border border-line bg-subtle px-5 py-4 font-mono"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2 print:hidden">
        <a
          className="button button-small"
          download={FILE}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
        >
          Download
        </a>
        {scripted && (
          <>
            <button
              type="button"
              className="button button-small"
              onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}
            >
              {copied ? "Copied" : "Copy"}
            </button>
            <button type="button" className="button button-small" onClick={() => window.print()}>
              Print
            </button>
          </>
        )}
      </div>
    </div>
  );
}
