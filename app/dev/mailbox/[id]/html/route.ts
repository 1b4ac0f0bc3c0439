import { notFound } from "next/navigation";
import { findMail } from "@/lib/mail/mailbox";
import { otherMethods } from "@/lib/wire/other-methods";
import { developmentOnly } from "../../../development-only";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  // Inline styles and nothing else, no origin of its own. `frame-ancestors` overrules the X-Frame-Options of all pages.
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
};

/** The HTML part of a mail as a mail program would show it. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  developmentOnly();
  const mail = await findMail((await params).id);
  return mail ? new Response(mail.html, { headers: HEADERS }) : notFound();
}

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
