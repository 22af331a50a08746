-- Levies are not listed any more (core/listing_line.c): a list that may hold some is gone through once more when it is asked for.
UPDATE listing_owner SET built = 0, upto = ''
WHERE EXISTS (SELECT 1 FROM levy l WHERE l.merchant = listing_owner.merchant AND l.mode = listing_owner.mode);
