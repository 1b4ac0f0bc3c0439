import type { ReactNode } from "react";
import { Body, Button, Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from "react-email";
import { BRAND } from "@/lib/brand";
import { DARK_CSS, styles } from "./theme";

/** The frame around every mail. `preview` is the line that an inbox shows beside the subject. No images, nothing tracked. */
export function Layout({ title, preview, children }: { title: string; preview: string; children: ReactNode }) {
  return (
    <Html lang="en">
      <Head>
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <style>{DARK_CSS}</style>
      </Head>
      <Body className="page" style={styles.page}>
        <Preview useTitleTag={false}>{preview}</Preview>
        <Container className="card" style={styles.card}>
          <Section style={styles.inside}>
            <Text style={styles.brand}>{BRAND.name}</Text>
            <Heading style={styles.heading}>{title}</Heading>
            {children}
          </Section>
        </Container>
        <Text className="muted" style={styles.footer}>
          {`Sent automatically by ${BRAND.name}. Replies are not read.`}
        </Text>
      </Body>
    </Html>
  );
}

/** A sentence or two of the mail. */
export function Paragraph({ children }: { children: ReactNode }) {
  return <Text style={styles.text}>{children}</Text>;
}

/** The one thing to do. */
export function Action({ href, children }: { href: string; children: string }) {
  return (
    <Button href={href} style={styles.button}>
      {children}
    </Button>
  );
}

/** A second way out, within a sentence. */
export function TextLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="link" style={styles.link}>
      {children}
    </Link>
  );
}

/** A code that is typed by hand. */
export function Code({ children }: { children: string }) {
  return (
    <Text className="code" style={styles.code}>
      {children}
    </Text>
  );
}

/** What was noticed, a line each: `{ When: "…", Device: "…" }`. */
export function Facts({ facts }: { facts: Record<string, string> }) {
  return Object.entries(facts).map(([name, value]) => (
    <Text key={name} className="muted" style={styles.muted}>
      {`${name}: ${value}`}
    </Text>
  ));
}

/** The small print under a rule: for how long the link works, and what to do if it was not you. */
export function Notes({ children }: { children: ReactNode }) {
  return (
    <>
      <Hr className="rule" style={styles.rule} />
      {children}
    </>
  );
}

/** One sentence of the small print. */
export function Note({ children }: { children: ReactNode }) {
  return (
    <Text className="muted" style={styles.muted}>
      {children}
    </Text>
  );
}

/** The small print of a notice whose reader can answer it in /account by "This was not me". */
export function WasItYou({ activityUrl }: { activityUrl: string }) {
  return (
    <Notes>
      <Note>If it was you, there is nothing to do.</Note>
      <Note>If it was not you, say so on the page of your account’s activity. It signs out every device:</Note>
      <Action href={activityUrl}>Review your activity</Action>
    </Notes>
  );
}
