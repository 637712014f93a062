-- Customers who were erased: what is left is the row with its figures, without anybody's name.
ALTER TABLE customer ADD COLUMN erased_at BIGINT;

-- The erasing of a customer, room by room.
CREATE TABLE customer_erasure (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- a person; 0: the program
  asked_by BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  -- waiting, running, done
  state TEXT NOT NULL,
  -- what is worked on, and how far it came
  stage TEXT NOT NULL,
  place BIGINT NOT NULL,
  -- JSON: how many of what were removed
  removed TEXT NOT NULL,
  -- JSON: why it waits
  why TEXT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_erasure_customer ON customer_erasure (org_id, customer_id);

-- By what erased customers would be recognised: hashes under a key of the organisation, so that an old file does not
-- make them again.
CREATE TABLE customer_erased (
  org_id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  erased_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, hash)
);
CREATE TABLE customer_erased_key (
  org_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (org_id)
);
