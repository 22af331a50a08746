-- A collection is told by its debit alone: the mandate's own row is not written for each (docs/adr/0026). `expires_on` says
-- before which day nobody has to look whether a mandate that can expire has.
DROP TABLE moving_mandate;
DROP TABLE moving_reference;
ALTER TABLE mandate DROP COLUMN last_due;
