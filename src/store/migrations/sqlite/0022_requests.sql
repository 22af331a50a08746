-- How a request of SimplyPaie is sent, to whom, and on which page it is paid; NULL for those of Stancer. `link_sealed`
-- is the token of its link, which lists show again.
ALTER TABLE request ADD COLUMN sent_by TEXT CHECK (sent_by = 'web' OR sent_by = 'email' OR sent_by = 'sms' OR sent_by = 'link'
    OR sent_by = 'simply');
ALTER TABLE request ADD COLUMN page TEXT CHECK (page IN ('standard', 'short'));
ALTER TABLE request ADD COLUMN payer_name TEXT;
ALTER TABLE request ADD COLUMN payer_email TEXT;
ALTER TABLE request ADD COLUMN payer_phone TEXT;
ALTER TABLE request ADD COLUMN link_sealed BLOB;
ALTER TABLE request ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders >= 0);
ALTER TABLE request ADD COLUMN reminded_us INTEGER;
