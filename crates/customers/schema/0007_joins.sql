-- Customers a person found to be one, with what is needed to part them again.
CREATE TABLE customer_join (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  into_id BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  -- a person; 0: the program
  joined_by BIGINT NOT NULL,
  -- JSON: both as they were, what was moved, and how the one that stays was left; emptied when it cannot be undone
  -- any more
  moved TEXT NOT NULL,
  undone_at BIGINT,
  undone_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_join_into ON customer_join (org_id, into_id, id);
CREATE INDEX customer_join_from ON customer_join (org_id, from_id, id);
