-- CreateIndex
CREATE INDEX "User_role_seq_idx" ON "User"("role", "seq");
