-- What imports found of customers they changed, and left: to be given back.
CREATE TABLE customer_import (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  slice BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- JSON: level, notes and secrets before; null: the import made the customer
  was TEXT,
  -- JSON: as the import left them
  left_as TEXT NOT NULL,
  PRIMARY KEY (org_id, run_id, slice, customer_id)
);
CREATE INDEX customer_import_customer ON customer_import (org_id, customer_id);
