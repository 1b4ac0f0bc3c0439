-- CreateIndex
CREATE INDEX "Delivery_givenUpAt_idx" ON "Delivery"("givenUpAt");
