import { supabase } from "@/lib/dialects/supabase";
import { redirectPostedAnswer } from "@/lib/web/posted-answer";

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = supabase;

export async function POST(request: Request): Promise<Response> {
  return (await redirectPostedAnswer(request)) ?? supabase.POST(request);
}
