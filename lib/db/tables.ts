import { Prisma } from "@/prisma/client/client";

/** The tables of schema.prisma, in its order. */
export const MODEL_TABLES: string[] = Object.values(Prisma.ModelName);

/** All tables: those, and the one in which Prisma notes the migrations. */
export const TABLES = ["_prisma_migrations", ...MODEL_TABLES];
