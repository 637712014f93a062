-- What is planned for a customer: a visit every so many days, or one thing once.
CREATE TABLE customer_plan (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  what TEXT NOT NULL,
  -- null: once
  every_days BIGINT,
  due_at BIGINT NOT NULL,
  -- who is to do it; 0: whoever finds time
  person_id BIGINT NOT NULL,
  made_by BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  -- done for good, or given up
  ended_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_plan_due ON customer_plan (org_id, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX customer_plan_customer ON customer_plan (org_id, customer_id, id);

-- What of it was done.
CREATE TABLE customer_plan_done (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL,
  -- when it was due
  due_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  done_by BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_plan_done_plan ON customer_plan_done (org_id, plan_id, id);

-- The file of a customer: what was wrong with goods, what was done after the sale.
CREATE TABLE customer_entry (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  -- the order's number, as it is written; may be empty
  order_number TEXT NOT NULL,
  written_by BIGINT NOT NULL,
  written_at BIGINT NOT NULL,
  removed_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_entry_customer ON customer_entry (org_id, customer_id, id) WHERE removed_at IS NULL;
