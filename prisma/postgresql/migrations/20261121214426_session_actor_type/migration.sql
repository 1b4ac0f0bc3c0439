-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "actorType" TEXT;
