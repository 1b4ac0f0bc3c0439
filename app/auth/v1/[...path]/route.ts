import { supabase, supabasePreflight } from "@/lib/dialects/supabase";

export const GET = supabase;
export const POST = supabase;
export const PUT = supabase;
export const OPTIONS = supabasePreflight;

/** Next would answer it with GET, and so spend a mailed link for whoever only looks. */
export const HEAD = () => new Response(null, { status: 405 });
