import type { Routes } from "@/lib/wire/router";
import { deleteFactor, listFactors } from "./factors";
import { generateLink, invite } from "./links";
import { byServiceRole } from "./service-role";
import { changeUser, createUser, deleteUser, listUsers, readUser } from "./users";

/** Supabase's `auth.admin`, for servers that hold a service-role key. */
export const ADMIN_ROUTES: Routes = {
  "GET admin/users": byServiceRole(listUsers),
  "POST admin/users": byServiceRole(createUser),
  "GET admin/users/[id]": byServiceRole(readUser),
  "PUT admin/users/[id]": byServiceRole(changeUser),
  "DELETE admin/users/[id]": byServiceRole(deleteUser),
  "GET admin/users/[id]/factors": byServiceRole(listFactors),
  "DELETE admin/users/[id]/factors/[factor]": byServiceRole(deleteFactor),
  "POST admin/generate_link": byServiceRole(generateLink),
  "POST invite": byServiceRole(invite),
};
