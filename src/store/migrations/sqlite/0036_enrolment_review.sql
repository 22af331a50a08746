-- Enrolments of all merchants, as whoever looks after the server asks for them: the newest, and those that wait for a
-- decision.
CREATE INDEX enrolment_by_id ON enrolment (id);
CREATE INDEX enrolment_waiting ON enrolment (id, mode)
    WHERE state = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL AND reviewed_us IS NULL;

-- What was done about one object.
CREATE INDEX audit_by_object ON audit (object, number) WHERE object IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('enrolment', 'enrolment_by_id', '10000 1'),
    ('enrolment', 'enrolment_waiting', '100 1 1'),
    ('audit', 'audit_by_object', '100000 10 1');
ANALYZE sqlite_schema;
