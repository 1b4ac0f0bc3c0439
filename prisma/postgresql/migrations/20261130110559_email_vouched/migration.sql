-- AlterTable
ALTER TABLE "User" ADD COLUMN     "emailVouched" BOOLEAN NOT NULL DEFAULT false;
