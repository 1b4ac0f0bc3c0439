-- CreateIndex
CREATE INDEX "User_disabled_seq_idx" ON "User"("seq") WHERE ("disabledAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "User_disabled_role_seq_idx" ON "User"("role", "seq") WHERE ("disabledAt" IS NOT NULL);
