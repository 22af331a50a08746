-- A capture or a refund is settled once, whatever file says so. Fees, chargebacks and what is given back may be alike, and are told
-- apart by where they stand.
DROP INDEX settlement_work_once;
CREATE UNIQUE INDEX settlement_work_once ON settlement_work (merchant, mode, rrn, kind, amount_minor)
WHERE kind IN ('debit', 'credit');
CREATE UNIQUE INDEX settlement_work_place ON settlement_work (merchant, mode, rrn, kind, amount_minor, file, line);
