-- The clients of sponsors (api/seqino.md 3).

-- Directory: one row leads from a sponsor, in a mode, to a company that it manages, which is a merchant of the sponsor.
-- `updated_us` is empty until something changes.
CREATE TABLE client (
    sponsor TEXT NOT NULL REFERENCES sponsor (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    merchant TEXT NOT NULL REFERENCES merchant (id),
    external_ref TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL CHECK (status = 'active' OR status = 'inactive' OR status = 'pending' OR status = 'suspended'),
    created_us INTEGER NOT NULL,
    updated_us INTEGER,
    PRIMARY KEY (sponsor, mode, merchant)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX client_by_reference ON client (sponsor, mode, external_ref);

-- Merchants of sandboxes had their reference among their settings. Where a sponsor has several with the same one, the
-- oldest keeps it.
INSERT INTO client (sponsor, mode, merchant, external_ref, organization_name, contact_email, status, created_us)
SELECT m.sponsor, k.mode, MIN(m.id), r.value, m.name, COALESCE(e.value, ''), 'active', m.created_us
FROM merchant_setting r
JOIN merchant m ON m.id = r.merchant
JOIN (SELECT DISTINCT merchant, mode FROM api_key WHERE face = 'seqino') k ON k.merchant = m.id
LEFT JOIN merchant_setting e ON e.merchant = m.id AND e.name = 'email'
WHERE r.name = 'external_ref'
GROUP BY m.sponsor, k.mode, r.value;
DELETE FROM merchant_setting WHERE name = 'external_ref';

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('client', 'client', '100000 10000 10000 1'),
    ('client', 'client_by_reference', '100000 10000 10000 1');
ANALYZE sqlite_schema;
