-- The levels of members: what one must have spent, and what they pay then.
CREATE TABLE customer_level (
  org_id BIGINT NOT NULL,
  level BIGINT NOT NULL,
  name TEXT NOT NULL,
  from_fen BIGINT NOT NULL,
  -- percent of the price
  price_percent BIGINT NOT NULL,
  PRIMARY KEY (org_id, level)
);
-- the level the rules gave last; another one was set by hand
ALTER TABLE customer ADD COLUMN level_raised BIGINT NOT NULL DEFAULT 0;

-- Who brought whom.
CREATE TABLE customer_referral (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  brought_by BIGINT NOT NULL,
  -- a person; 0: the program
  written_by BIGINT NOT NULL,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, customer_id)
);
CREATE INDEX customer_referral_by ON customer_referral (org_id, brought_by);
