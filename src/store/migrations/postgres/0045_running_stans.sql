-- One row of stan_counter: the last message number of a link to an acquirer. It runs on from day to day.
ALTER TABLE stan_counter DROP COLUMN day;
