import { openauthScreens } from "@/lib/dialects/openauth";
import { startBrowserSession } from "@/lib/web/session-cookie";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = openauthScreens(startBrowserSession);
