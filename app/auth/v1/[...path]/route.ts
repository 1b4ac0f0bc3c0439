import { supabase } from "@/lib/dialects/supabase";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = supabase;
