-- What the acquirer has still to take back: its files are asked for as long as there is any.
CREATE INDEX dispute_open ON dispute (merchant, mode, id) WHERE state = 'open';
