-- AlterTable. SQLite needs no new table for a column with a constant default, so that a million rows stay as they are.
ALTER TABLE "User" ADD COLUMN "emailVouched" BOOLEAN NOT NULL DEFAULT false;
