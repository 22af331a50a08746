-- When the acquirer gave a chargeback's money back, which the merchant had contested.
ALTER TABLE dispute ADD COLUMN won_us BIGINT;
