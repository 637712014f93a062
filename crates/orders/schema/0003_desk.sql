-- The order desk: what was promised, audit, print, pack and ship.

-- Orders the desk has to look at (again): written since it looked, and either at the desk or due to be. The
-- index holds those only, so that a million old orders cost it nothing.
ALTER TABLE shop_order ADD COLUMN seen_rev BIGINT NOT NULL DEFAULT -1;
ALTER TABLE shop_order ADD COLUMN at_desk BIGINT NOT NULL DEFAULT 0;
CREATE INDEX shop_order_unseen ON shop_order (org_id, id)
  WHERE seen_rev <> rev AND (at_desk = 1 OR (order_status = 'open' AND pay_status = 'paid' AND ship_status = 'none'));

-- Pieces of an order that left with parcels before the whole order did.
ALTER TABLE order_stock ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_stock_short ON order_stock (org_id, sku_id) WHERE held = 'short';

-- What was promised in a talk.
CREATE TABLE order_ask (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  flag BIGINT,
  courier TEXT,
  hard BIGINT NOT NULL,
  sku_id BIGINT,
  quantity BIGINT,
  fen BIGINT,
  until_at BIGINT,
  state TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  conversation_id BIGINT,
  decided_by BIGINT,
  decided_at BIGINT,
  decided_note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX order_ask_order ON order_ask (org_id, order_id, id);
CREATE INDEX order_ask_list ON order_ask (org_id, state, kind, id);

-- Where the buyer wants it instead: shown masked.
CREATE TABLE ask_address (
  org_id BIGINT NOT NULL,
  ask_id BIGINT NOT NULL,
  receiver TEXT,
  phone TEXT,
  address TEXT,
  PRIMARY KEY (org_id, ask_id)
);

-- Deposit and balance of an order that was sold ahead.
CREATE TABLE presale (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  deposit_fen BIGINT NOT NULL,
  balance_fen BIGINT NOT NULL,
  balance_from BIGINT,
  balance_until BIGINT,
  balance_paid_at BIGINT,
  PRIMARY KEY (org_id, order_id)
);

-- What is audited, printed, packed and shipped together.
CREATE TABLE parcel (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  customer_id BIGINT,
  -- of where it goes; what may go together is compared by it
  address_hash TEXT NOT NULL,
  courier TEXT NOT NULL,
  -- a person chose it
  courier_set BIGINT NOT NULL,
  flag BIGINT,
  urgent BIGINT NOT NULL,
  -- JSON: what the program says of the seven checks, and what a person does
  checks TEXT NOT NULL,
  promise_at BIGINT NOT NULL,
  -- when the program looks again by itself
  look_at BIGINT NOT NULL,
  -- the audit that stands
  pass_id BIGINT,
  -- where it is printed
  batch_id BIGINT,
  place BIGINT,
  waybill TEXT,
  expected_g BIGINT,
  weighed_g BIGINT,
  packed_by BIGINT,
  packed_at BIGINT,
  second_by BIGINT,
  second_at BIGINT,
  shipped_at BIGINT,
  shipped_by BIGINT,
  -- when its second copy came back from the courier
  copy_at BIGINT,
  -- where it went, or what it was cut from
  merged_into BIGINT,
  split_from BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX parcel_state ON parcel (org_id, state, promise_at, id);
CREATE INDEX parcel_new ON parcel (org_id, state, id);
CREATE INDEX parcel_look ON parcel (look_at, org_id, id) WHERE state IN ('waiting', 'held', 'passed', 'printed', 'packed');
CREATE INDEX parcel_mates ON parcel (org_id, address_hash, id) WHERE state IN ('waiting', 'held');
CREATE UNIQUE INDEX parcel_waybill ON parcel (org_id, waybill) WHERE waybill IS NOT NULL;
CREATE INDEX parcel_batch ON parcel (org_id, batch_id, place) WHERE batch_id IS NOT NULL;
CREATE INDEX parcel_shipped ON parcel (org_id, shipped_at, id) WHERE shipped_at IS NOT NULL;

CREATE TABLE parcel_order (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  -- the parcel it came with, before it was put together with others
  home_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, order_id, parcel_id)
);
CREATE INDEX parcel_order_parcel ON parcel_order (org_id, parcel_id, order_id);

CREATE TABLE parcel_line (
  org_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  home_id BIGINT NOT NULL,
  sku_id BIGINT,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  spec TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  price_fen BIGINT NOT NULL,
  -- the merchant code of what fell apart into this
  bundle TEXT,
  -- the rule or promise it is given by
  gift_id BIGINT,
  PRIMARY KEY (org_id, parcel_id, place)
);

-- Why a parcel is held, and that it was.
CREATE TABLE parcel_hold (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  -- what it was raised about, so that what a person released is not raised again
  mark TEXT NOT NULL,
  at BIGINT NOT NULL,
  -- null: the program
  person_id BIGINT,
  rule_id BIGINT,
  until_at BIGINT,
  released_at BIGINT,
  released_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX parcel_hold_parcel ON parcel_hold (org_id, parcel_id, id);
CREATE INDEX parcel_hold_open ON parcel_hold (org_id, reason, parcel_id) WHERE released_at IS NULL;

-- Who passed what; an error found later stands with it.
CREATE TABLE parcel_pass (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  -- null: a rule
  person_id BIGINT,
  rule_id BIGINT,
  at BIGINT NOT NULL,
  undone_at BIGINT,
  error_cause TEXT,
  error_by TEXT,
  error_note TEXT,
  error_at BIGINT,
  error_person BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX parcel_pass_at ON parcel_pass (org_id, at, id);
CREATE INDEX parcel_pass_error ON parcel_pass (org_id, error_at) WHERE error_cause IS NOT NULL;
CREATE INDEX parcel_pass_rule ON parcel_pass (org_id, rule_id, at) WHERE rule_id IS NOT NULL;

CREATE TABLE audit_rule (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- 0: all shops
  shop_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  priority BIGINT NOT NULL,
  active BIGINT NOT NULL,
  -- JSON
  given TEXT NOT NULL,
  action TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE gift_rule (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- 0: all shops
  shop_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  priority BIGINT NOT NULL,
  active BIGINT NOT NULL,
  from_at BIGINT,
  until_at BIGINT,
  -- JSON
  steps TEXT NOT NULL,
  codes TEXT NOT NULL,
  times BIGINT NOT NULL,
  once_per_buyer BIGINT NOT NULL,
  most BIGINT,
  given BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
-- Who was given what, so that once is once.
CREATE TABLE gift_given (
  org_id BIGINT NOT NULL,
  rule_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  customer_id BIGINT,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, rule_id, order_id)
);
CREATE INDEX gift_given_customer ON gift_given (org_id, rule_id, customer_id);

CREATE TABLE courier (
  org_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  active BIGINT NOT NULL,
  surcharge_fen BIGINT NOT NULL,
  surcharge_url TEXT NOT NULL,
  query_url TEXT NOT NULL,
  PRIMARY KEY (org_id, code)
);

CREATE TABLE stop_area (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- empty: every courier
  courier TEXT NOT NULL,
  region TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);

-- Batches are numbered by day without a gap: yymmdd-BBB.
CREATE TABLE batch_day (
  org_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (org_id, day)
);
CREATE TABLE batch (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- null: of several shops
  shop_id BIGINT,
  -- yymmdd
  day BIGINT NOT NULL,
  no BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX batch_number ON batch (org_id, day, no);
-- The places of a batch, from 1 without a gap; one that was pulled keeps its number.
CREATE TABLE batch_place (
  org_id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  pulled_at BIGINT,
  pulled_why TEXT,
  PRIMARY KEY (org_id, batch_id, place)
);
CREATE INDEX batch_place_parcel ON batch_place (org_id, parcel_id);
-- What was printed, and why again.
CREATE TABLE print (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  paper TEXT NOT NULL,
  -- JSON
  places TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  again BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX print_batch ON print (org_id, batch_id, id);
