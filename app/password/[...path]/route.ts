import { openauthScreens } from "@/lib/dialects/openauth";
import { startBrowserSession } from "@/lib/web/browser-session";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = openauthScreens(startBrowserSession);
