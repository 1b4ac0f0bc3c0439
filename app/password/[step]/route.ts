import { passwordRoute } from "@/lib/dialects/openauth";
import { startBrowserSession } from "@/lib/web/session-cookie";

export const GET = passwordRoute(startBrowserSession);
export const POST = GET;
