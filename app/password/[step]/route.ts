import { passwordRoute } from "@/lib/dialects/openauth/routes";
import { startBrowserSession } from "@/lib/http/session-cookie";

export const GET = passwordRoute(startBrowserSession);
export const POST = GET;
