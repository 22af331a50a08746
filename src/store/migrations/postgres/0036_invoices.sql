-- Invoices and how companies come to send them: drafts, submissions, mandates, reports, enrolments.

-- One row: how far the numbers of a kind of document have come (api/simplypaie.md 7.1). `head` is the hash of its last
-- one, and `issued` its day: none after it is earlier.
CREATE TABLE invoice_series (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'quote', 'receipt')),
    prefix TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    serial positive NOT NULL,
    issued TEXT COLLATE "C" NOT NULL,
    head TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode, kind)
);
CREATE TRIGGER invoice_series_kept BEFORE DELETE ON invoice_series FOR EACH ROW
    EXECUTE FUNCTION refuse('a series of numbers is kept');
CREATE TRIGGER invoice_series_rises BEFORE UPDATE ON invoice_series FOR EACH ROW
    WHEN (NEW.prefix <> OLD.prefix OR NEW.issued < OLD.issued
        OR NOT ((NEW.year = OLD.year AND NEW.serial = OLD.serial + 1) OR (NEW.year > OLD.year AND NEW.serial = 1)))
    EXECUTE FUNCTION refuse('a series of numbers only goes on');

-- One row: the last internal number that was given to a document.
CREATE TABLE invoice_reference (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode)
);

-- One row: an issued document, never changed. `record` says all that it says (core/invoice_record.h), the other columns
-- what it is searched by; `hash` chains it to the one before it in its series, `previous`. `preceding` is the invoice
-- that a credit note undoes.
CREATE TABLE invoice (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    reference BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'quote', 'receipt')),
    number TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    issued TEXT COLLATE "C" NOT NULL,
    buyer TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    total_minor BIGINT NOT NULL,
    due_minor BIGINT NOT NULL,
    preceding TEXT COLLATE "C",
    record TEXT COLLATE "C" NOT NULL,
    previous TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((kind = 'credit_note') = (preceding IS NOT NULL))
);
CREATE UNIQUE INDEX invoice_by_serial ON invoice (merchant, mode, kind, year, serial);
CREATE UNIQUE INDEX invoice_by_number ON invoice (merchant, mode, number);
CREATE UNIQUE INDEX invoice_by_reference ON invoice (merchant, mode, reference);
CREATE INDEX invoice_by_preceding ON invoice (merchant, mode, preceding) WHERE preceding IS NOT NULL;
CREATE TRIGGER invoice_fixed BEFORE UPDATE ON invoice FOR EACH ROW
    EXECUTE FUNCTION refuse('an issued document never changes');
CREATE TRIGGER invoice_kept BEFORE DELETE ON invoice FOR EACH ROW
    EXECUTE FUNCTION refuse('an issued document is kept');

-- One row: the file of an issued document, drawn once.
CREATE TABLE invoice_file (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    invoice TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    FOREIGN KEY (merchant, mode, document) REFERENCES document (merchant, mode, id)
);
CREATE TRIGGER invoice_file_fixed BEFORE UPDATE ON invoice_file FOR EACH ROW
    EXECUTE FUNCTION refuse('the file of a document never changes');
CREATE TRIGGER invoice_file_kept BEFORE DELETE ON invoice_file FOR EACH ROW
    EXECUTE FUNCTION refuse('the file of a document is kept');

-- One row: an invoice that is paid by a request. `payment` is the one that paid it last, once it did.
CREATE TABLE invoice_payment (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    invoice TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id)
);
CREATE UNIQUE INDEX invoice_payment_by_request ON invoice_payment (merchant, mode, request);
CREATE UNIQUE INDEX invoice_payment_by_payment ON invoice_payment (merchant, mode, payment) WHERE payment IS NOT NULL;
CREATE TRIGGER invoice_payment_kept BEFORE DELETE ON invoice_payment FOR EACH ROW
    EXECUTE FUNCTION refuse('what pays an invoice is kept');

-- One row: what an invoice received for one of its groups of VAT, tax included, or gave back (below zero), by a payment,
-- a refund or a dispute: `object`. This is what status 212 of its life cycle tells. `turn` counts the movements of an
-- invoice, `position` its groups.
CREATE TABLE invoice_received (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    invoice TEXT COLLATE "C" NOT NULL,
    turn positive NOT NULL,
    position not_negative NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    rate_bp BIGINT NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
    amount_minor BIGINT NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, invoice, turn, position),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice_payment (merchant, mode, invoice)
);
CREATE TRIGGER invoice_received_fixed BEFORE UPDATE ON invoice_received FOR EACH ROW
    EXECUTE FUNCTION refuse('what an invoice received never changes');
CREATE TRIGGER invoice_received_kept BEFORE DELETE ON invoice_received FOR EACH ROW
    EXECUTE FUNCTION refuse('what an invoice received is kept');

-- One row: an invoice that is still being written, as the text that the face was given and the number of the payment
-- that pays it; or one that was issued, and what it became in which format. From then on it never changes.
CREATE TABLE invoice_draft (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C",
    version positive NOT NULL,
    invoice TEXT COLLATE "C",
    format TEXT COLLATE "C" CHECK (format IN ('CII', 'UBL', 'Factur-X')),
    created_us BIGINT NOT NULL,
    updated_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    CHECK ((invoice IS NULL) = (format IS NULL))
);
CREATE UNIQUE INDEX invoice_draft_by_invoice ON invoice_draft (merchant, mode, invoice) WHERE invoice IS NOT NULL;
CREATE TRIGGER invoice_draft_fixed BEFORE UPDATE ON invoice_draft FOR EACH ROW
    WHEN (OLD.invoice IS NOT NULL)
    EXECUTE FUNCTION refuse('a draft that was issued never changes');
CREATE TRIGGER invoice_draft_kept BEFORE DELETE ON invoice_draft FOR EACH ROW
    WHEN (OLD.invoice IS NOT NULL)
    EXECUTE FUNCTION refuse('a draft that was issued is kept');

-- One row: an invoice that leaves through the platform of its mode, in the format that was chosen.
CREATE TABLE invoice_flow (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    invoice TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sent')),
    format TEXT COLLATE "C" NOT NULL CHECK (format IN ('CII', 'UBL', 'Factur-X')),
    created_us BIGINT NOT NULL,
    sent_us BIGINT,
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    CHECK ((state = 'sent') = (sent_us IS NOT NULL))
);
CREATE TRIGGER invoice_flow_kept BEFORE DELETE ON invoice_flow FOR EACH ROW
    EXECUTE FUNCTION refuse('that an invoice left is kept');

-- One row: a status that such an invoice, or one that came as a file, has reached (standards/einvoicing.md 6), never
-- changed; `received_turn` is the movement in invoice_received that status 212 tells.
CREATE TABLE lifecycle_event (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    invoice TEXT COLLATE "C" NOT NULL,
    turn positive NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL CHECK (status BETWEEN 200 AND 299),
    reason TEXT COLLATE "C",
    received_turn positive,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, invoice, turn),
    CHECK ((status = 212) = (received_turn IS NOT NULL))
);
CREATE TRIGGER lifecycle_event_fixed BEFORE UPDATE ON lifecycle_event FOR EACH ROW
    EXECUTE FUNCTION refuse('a status that was reached never changes');
CREATE TRIGGER lifecycle_event_kept BEFORE DELETE ON lifecycle_event FOR EACH ROW
    EXECUTE FUNCTION refuse('a status that was reached is kept');

-- One row: an invoice that somebody wrote, read and found to break no rule, archived as it came. One of the client's own
-- leaves through the platform of its mode; one that it received is kept. A seller gives a number once a year.
CREATE TABLE submission (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    direction TEXT COLLATE "C" NOT NULL CHECK (direction IN ('outgoing', 'incoming')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('kept', 'waiting', 'sent')),
    format TEXT COLLATE "C" NOT NULL CHECK (format IN ('CII', 'UBL', 'Factur-X')),
    number TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    issued TEXT COLLATE "C" NOT NULL,
    seller TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    file_name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    xml TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    sent_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, document) REFERENCES document (merchant, mode, id),
    FOREIGN KEY (merchant, mode, xml) REFERENCES document (merchant, mode, id),
    CHECK ((direction = 'incoming') = (state = 'kept')),
    CHECK ((state = 'sent') = (sent_us IS NOT NULL))
);
CREATE UNIQUE INDEX submission_by_number ON submission (merchant, mode, seller, year, number);
CREATE TRIGGER submission_kept BEFORE DELETE ON submission FOR EACH ROW
    EXECUTE FUNCTION refuse('an invoice that was submitted is kept');

-- One row: a client's permission to send and receive invoices through us for one line of the national directory
-- (not a mandate to debit), from its first day to its last. `address` is the line's electronic address; `registered_us`
-- is when the platform took the client in as a recipient there.
CREATE TABLE pdp_mandate (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('processing', 'created', 'pending_kyc', 'active', 'expired',
        'error', 'revoked')),
    starts_on TEXT COLLATE "C" NOT NULL,
    ends_on TEXT COLLATE "C",
    address TEXT COLLATE "C" NOT NULL,
    siren TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    suffix TEXT COLLATE "C",
    siret TEXT COLLATE "C",
    routing_identifier TEXT COLLATE "C",
    routing_scheme TEXT COLLATE "C" CHECK (routing_scheme IN ('0224', '0088', '0060', 'Internal')),
    routing_label TEXT COLLATE "C",
    nature TEXT COLLATE "C" CHECK (nature IN ('Private', 'Public')),
    legal_commitment flag NOT NULL,
    postal TEXT COLLATE "C",
    registration TEXT COLLATE "C" NOT NULL CHECK (registration IN ('not_registered', 'registered', 'refused')),
    cause TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    updated_us BIGINT,
    registered_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX pdp_mandate_living ON pdp_mandate (merchant, mode, address)
    WHERE state = 'processing' OR state = 'created' OR state = 'pending_kyc' OR state = 'active';
CREATE INDEX pdp_mandate_registered ON pdp_mandate (merchant, mode, siren, address, id)
    WHERE registered_us IS NOT NULL;

-- Directory: one row leads from a client's mandate to the client, for a sponsor who names the mandate alone.
CREATE TABLE pdp_mandate_owner (
    mode test_or_live NOT NULL,
    mandate TEXT COLLATE "C" NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    PRIMARY KEY (mode, mandate)
);

-- One row: what the administration is told of an invoice to or from abroad, or of a day's sales to consumers. It leaves
-- at `due_us`; `reference` is what it is about, told once unless it was rejected.
CREATE TABLE report (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('exempt_invoice', 'b2c_transactions')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'transmitted', 'rejected')),
    day TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C",
    due_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    ended_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX report_by_reference ON report (merchant, mode, kind, reference) WHERE state <> 'rejected';

-- One row: a link on which a client enrols. One of a client's is open at a time. Each time is that of the step, or of
-- what happened to the link; `verified` says that the register of companies knows what the company says of itself.
CREATE TABLE enrolment (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'replaced', 'completed', 'failed')),
    includes_kyc flag NOT NULL,
    includes_signature flag NOT NULL,
    callback_url TEXT COLLATE "C",
    verified flag NOT NULL,
    opened_us BIGINT,
    company_us BIGINT,
    representative_us BIGINT,
    documents_us BIGINT,
    signature_us BIGINT,
    reviewed_us BIGINT,
    changed_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended_us BIGINT,
    document TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, id),
    CHECK ((state = 'open') = (ended_us IS NULL))
);
CREATE UNIQUE INDEX enrolment_open ON enrolment (merchant, mode, state) WHERE state = 'open';
-- Enrolments of all merchants, as whoever looks after the server asks for them: the newest, and those that wait for a
-- decision.
CREATE INDEX enrolment_by_id ON enrolment (id);
CREATE INDEX enrolment_waiting ON enrolment (id, mode)
    WHERE state = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL AND reviewed_us IS NULL;

-- One row: what somebody typed in a step of an enrolment, sealed. `part` is the enrolment's id, a dot, the step.
CREATE TABLE enrolment_part (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    saved_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, part)
);

-- One row: a file that a company has handed in on its enrolment, about its representative or about itself; the last of its
-- kind. `shape` is what it is by its content.
CREATE TABLE enrolment_file (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    enrolment TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('identity_front', 'identity_back', 'company_extract')),
    shape TEXT COLLATE "C" NOT NULL CHECK (shape IN ('image/jpeg', 'image/png', 'application/pdf')),
    document TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, enrolment, kind),
    FOREIGN KEY (merchant, mode, enrolment) REFERENCES enrolment (merchant, mode, id)
);
