-- CreateIndex
CREATE INDEX "User_seq_idx" ON "User"("seq");
