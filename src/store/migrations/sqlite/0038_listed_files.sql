-- What lists tell of an invoice that came as a file, and when what was typed and handed in on a link was erased.

-- As the file writes them; names are cut to what a list shows. Of a file that was here before, all of them are null until a
-- task has read it anew.
ALTER TABLE submission ADD COLUMN type TEXT;
ALTER TABLE submission ADD COLUMN seller_name TEXT;
ALTER TABLE submission ADD COLUMN buyer_name TEXT;
ALTER TABLE submission ADD COLUMN currency TEXT;
ALTER TABLE submission ADD COLUMN total TEXT;
ALTER TABLE submission ADD COLUMN due TEXT;
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
SELECT merchant, mode, 'submission_terms', id, created_us, created_us FROM submission;

ALTER TABLE enrolment ADD COLUMN erased_us INTEGER;
