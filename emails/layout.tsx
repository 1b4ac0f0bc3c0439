import type { ReactNode } from "react";
import { BRAND } from "@/lib/brand";
import { links } from "@/lib/routes";
import { CSS, styles } from "./theme";

// Tables, because some mail programs lay out nothing else.
const TABLE = { role: "presentation", border: 0, cellPadding: 0, cellSpacing: 0 } as const;
/** After the preview line, so that an inbox shows no other text of the mail behind it. */
const FILLING = "\u00a0\u200c".repeat(80);

/** The frame around every mail. `preview` is the line that an inbox shows beside the subject. No images, no tracking. */
export function Layout({ title, preview, children }: { title: string; preview: string; children: ReactNode }) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta httpEquiv="Content-Type" content="text/html; charset=UTF-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <style>{CSS}</style>
      </head>
      <body className="page" style={styles.body}>
        <div data-skip-in-text="true" style={styles.preview}>
          {preview}
          {FILLING}
        </div>
        <table {...TABLE} width="100%">
          <tbody>
            <tr>
              <td align="center" className="page" style={styles.page}>
                <Card title={title}>{children}</Card>
                <p className="muted" style={styles.footer}>
                  {`Sent automatically by ${BRAND.name}. Replies are not read.`}
                </p>
              </td>
            </tr>
          </tbody>
        </table>
      </body>
    </html>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <table {...TABLE} width="100%" className="card" style={styles.card}>
      <tbody>
        <tr>
          <td className="inside" style={styles.inside}>
            <table {...TABLE} style={styles.brand}>
              <tbody>
                <tr>
                  {/* The tile of the mark. Its drawing would be an image, so the name's first letter stands for it. */}
                  <td align="center" data-skip-in-text="true" style={styles.mark}>
                    {[...BRAND.name][0]}
                  </td>
                  <td style={styles.name}>{BRAND.name}</td>
                </tr>
              </tbody>
            </table>
            <h1 style={styles.heading}>{title}</h1>
            {children}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

export function Paragraph({ children }: { children: ReactNode }) {
  return <p style={styles.text}>{children}</p>;
}

/** The mail's main button. */
export function Action({ href, children }: { href: string; children: string }) {
  return (
    <table {...TABLE} className="action" style={styles.action}>
      <tbody>
        <tr>
          <td style={styles.button}>
            <a href={href} target="_blank" rel="noreferrer" style={styles.buttonLink}>
              {children}
            </a>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** A second link, within a sentence. */
export function TextLink({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className="link" style={styles.link}>
      {children}
    </a>
  );
}

/** A code for the person to type. */
export function Code({ children }: { children: string }) {
  return (
    <p className="code" style={styles.code}>
      {children}
    </p>
  );
}

/** The facts of an event, a line each: `{ When: "…", Device: "…" }`. */
export function Facts({ facts }: { facts: Record<string, string> }) {
  return (
    <div style={styles.facts}>
      {Object.entries(facts).map(([name, value]) => (
        <p key={name} className="muted" style={styles.muted}>
          {`${name}: ${value}`}
        </p>
      ))}
    </div>
  );
}

/** The small print under a rule: for how long the link works, and what to do if it was not you. */
export function Notes({ children }: { children: ReactNode }) {
  return (
    <>
      <hr className="rule" style={styles.rule} />
      {children}
    </>
  );
}

export function Note({ children }: { children: ReactNode }) {
  return (
    <p className="muted" style={styles.muted}>
      {children}
    </p>
  );
}

/** The small print of a notice that its reader can answer in /account/activity by "This was not me". */
export function WasItYou() {
  return (
    <Notes>
      <Note>If it was you, there is nothing to do.</Note>
      <Note>If it was not you, tell us on your activity page. That signs out every device:</Note>
      <Action href={links.activity()}>Review your activity</Action>
    </Notes>
  );
}
