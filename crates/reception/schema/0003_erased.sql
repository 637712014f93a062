-- Messages up to this one were emptied, on request or because they are old: what was said is gone, that and when
-- somebody said something stays, so that sessions and rounds are what they were.
ALTER TABLE conversation ADD COLUMN erased_seq BIGINT NOT NULL DEFAULT 0;
