-- What platforms' files tell beyond 0001_start.
ALTER TABLE shop_order ADD COLUMN refund_fen BIGINT;
ALTER TABLE shop_order ADD COLUMN post_fen BIGINT;
ALTER TABLE shop_order ADD COLUMN buyer_note TEXT;
ALTER TABLE shop_order ADD COLUMN courier TEXT;
ALTER TABLE shop_order ADD COLUMN waybill TEXT;
ALTER TABLE shop_order ADD COLUMN close_reason TEXT;
-- the platform's own words for where it stands
ALTER TABLE shop_order ADD COLUMN words TEXT;
-- until when the platform wants it shipped
ALTER TABLE shop_order ADD COLUMN promise_at BIGINT;
-- JSON: columns nobody knows, by header
ALTER TABLE shop_order ADD COLUMN extra TEXT;
-- counts up with every write, whoever writes
ALTER TABLE shop_order ADD COLUMN rev BIGINT NOT NULL DEFAULT 0;
-- the run that made it
ALTER TABLE shop_order ADD COLUMN import_run BIGINT;

-- One index for the number, whether asked for with the shop or by its beginning.
DROP INDEX shop_order_search;
DROP INDEX shop_order_number;
CREATE UNIQUE INDEX shop_order_number ON shop_order (org_id, number, shop_id, platform);

-- Which orders have a SKU.
CREATE INDEX order_line_sku ON order_line (org_id, sku_id) WHERE sku_id IS NOT NULL;

-- Refunds as platforms tell them, one row each; what they add up to stands with the order.
CREATE TABLE order_refund (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  -- open, done, or none: withdrawn or refused
  status TEXT NOT NULL,
  -- the platform's own word for it
  words TEXT,
  amount_fen BIGINT NOT NULL,
  kind TEXT,
  reason TEXT,
  explained TEXT,
  goods_state TEXT,
  back_courier TEXT,
  back_waybill TEXT,
  applied_at BIGINT,
  settled_at BIGINT,
  -- the latest moment any version carried
  changed_at BIGINT,
  -- counts up with every write
  rev BIGINT NOT NULL,
  -- the run that made it
  import_run BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX order_refund_order ON order_refund (org_id, order_id, number);

-- A file on its way into the tables.
CREATE TABLE import_run (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  -- who sent it; 0: the command line
  person_id BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  file TEXT NOT NULL,
  -- where its bytes are on this machine
  path TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  hash TEXT NOT NULL,
  state TEXT NOT NULL,
  -- JSON: what was asked: kind, platform, header rows, columns by header
  ask TEXT NOT NULL,
  -- JSON: what the file is
  sheets TEXT NOT NULL,
  -- how far it came: rows of `cursor_sheet` up to `cursor_row` are in
  cursor_sheet BIGINT NOT NULL,
  cursor_row BIGINT NOT NULL,
  slices BIGINT NOT NULL,
  -- customers up to this one have what the run brought them
  summed_to BIGINT NOT NULL,
  -- rows read, things made, changed, and so already, rows refused, rows whose buyer is masked
  n_read BIGINT NOT NULL,
  n_created BIGINT NOT NULL,
  n_changed BIGINT NOT NULL,
  n_unchanged BIGINT NOT NULL,
  n_refused BIGINT NOT NULL,
  n_masked BIGINT NOT NULL,
  -- JSON: words of states nobody knows, and in how many rows
  unknown_words TEXT NOT NULL,
  -- bits of the rights it takes: 1 orders, 2 catalogue, 4 customers
  needs BIGINT NOT NULL,
  -- a finished run of the same bytes
  same_as BIGINT,
  -- JSON: why it failed
  error TEXT,
  started_at BIGINT,
  ended_at BIGINT,
  -- who works on it, anew with every time it is taken up; 0: nobody yet
  worker BIGINT NOT NULL,
  -- the last sign of life of whoever works on it
  beat_at BIGINT NOT NULL,
  given_back BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX import_run_shop ON import_run (org_id, shop_id, id);
CREATE INDEX import_run_hash ON import_run (org_id, hash);
CREATE INDEX import_run_open ON import_run (state, org_id, id) WHERE state IN ('waiting', 'running', 'cancelling', 'undoing');

-- What went in with one transaction. Rows that it made carry the run and lie between the two ids.
CREATE TABLE import_slice (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  no BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  -- what customers' sums are still to get of it: id,fen,orders; one a word
  sums TEXT NOT NULL,
  undone BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, no)
);

-- Rows that were there before, as they were; and rows that could not be given back.
CREATE TABLE import_row (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  slice BIGINT NOT NULL,
  -- what it is: order, refund, product, customer
  kind TEXT NOT NULL,
  row_id BIGINT NOT NULL,
  -- JSON; null: it was made
  before TEXT,
  -- the revision the run left it with
  rev BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, slice, kind, row_id)
);
CREATE INDEX import_row_kept ON import_row (org_id, run_id, row_id) WHERE kept = 1;

-- Rows of a file that were refused.
CREATE TABLE import_fault (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  no BIGINT NOT NULL,
  -- JSON: file, sheet, row, column, code and facts
  fault TEXT NOT NULL,
  PRIMARY KEY (org_id, run_id, no)
);

-- Headers a person has explained.
CREATE TABLE import_name (
  org_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  header TEXT NOT NULL,
  -- empty: to be left out
  field TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, kind, header)
);
