-- Tags an organisation gives its customers.
CREATE TABLE customer_tag (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- name in lower case: two tags of one name are one
  folded TEXT NOT NULL,
  color TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_tag_name ON customer_tag (org_id, folded);

-- Who has which.
CREATE TABLE customer_tagged (
  org_id BIGINT NOT NULL,
  tag_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- a person; 0: the program
  tagged_by BIGINT NOT NULL,
  tagged_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, tag_id, customer_id)
);
CREATE INDEX customer_tagged_customer ON customer_tagged (org_id, customer_id);

-- What a buyer said of being contacted, one row each time it was written down: the row that was not replaced is
-- in force. No row is no consent.
CREATE TABLE customer_consent (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  -- given, refused, or unknown: what was written before was a mistake
  state TEXT NOT NULL,
  -- when the buyer said so
  said_at BIGINT NOT NULL,
  -- where from
  source TEXT NOT NULL,
  -- the words or the form's version; may be empty
  proof TEXT NOT NULL,
  -- a person; 0: the program
  written_by BIGINT NOT NULL,
  written_at BIGINT NOT NULL,
  replaced_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_consent_now ON customer_consent (org_id, customer_id, channel) WHERE replaced_at IS NULL;
CREATE INDEX customer_consent_channel ON customer_consent (org_id, channel, state, customer_id) WHERE replaced_at IS NULL;
CREATE INDEX customer_consent_customer ON customer_consent (org_id, customer_id, id);
