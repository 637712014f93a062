-- What an order and its parts are found by is where they lie: one tree less a table.
-- sqlite: ALTER TABLE shop_order RENAME TO shop_order_old;
-- sqlite: CREATE TABLE shop_order (
-- sqlite:   org_id BIGINT NOT NULL,
-- sqlite:   id BIGINT NOT NULL,
-- sqlite:   shop_id BIGINT NOT NULL,
-- sqlite:   platform TEXT NOT NULL,
-- sqlite:   number TEXT NOT NULL,
-- sqlite:   customer_id BIGINT,
-- sqlite:   order_status TEXT NOT NULL,
-- sqlite:   pay_status TEXT NOT NULL,
-- sqlite:   ship_status TEXT NOT NULL,
-- sqlite:   after_status TEXT NOT NULL,
-- sqlite:   total_fen BIGINT,
-- sqlite:   paid_fen BIGINT,
-- sqlite:   placed_at BIGINT,
-- sqlite:   paid_at BIGINT,
-- sqlite:   shipped_at BIGINT,
-- sqlite:   signed_at BIGINT,
-- sqlite:   done_at BIGINT,
-- sqlite:   changed_at BIGINT,
-- sqlite:   payment TEXT,
-- sqlite:   delivery TEXT,
-- sqlite:   remark TEXT,
-- sqlite:   sort_at BIGINT NOT NULL,
-- sqlite:   created_at BIGINT NOT NULL,
-- sqlite:   confirmed_at BIGINT,
-- sqlite:   counted_customer BIGINT,
-- sqlite:   counted_fen BIGINT NOT NULL,
-- sqlite:   marks TEXT NOT NULL,
-- sqlite:   refund_fen BIGINT,
-- sqlite:   post_fen BIGINT,
-- sqlite:   buyer_note TEXT,
-- sqlite:   courier TEXT,
-- sqlite:   waybill TEXT,
-- sqlite:   close_reason TEXT,
-- sqlite:   words TEXT,
-- sqlite:   promise_at BIGINT,
-- sqlite:   extra TEXT,
-- sqlite:   rev BIGINT NOT NULL DEFAULT 0,
-- sqlite:   import_run BIGINT,
-- sqlite:   seen_rev BIGINT NOT NULL DEFAULT -1,
-- sqlite:   at_desk BIGINT NOT NULL DEFAULT 0,
-- sqlite:   PRIMARY KEY (org_id, id)
-- sqlite: ) WITHOUT ROWID;
-- sqlite: INSERT INTO shop_order (org_id, id, shop_id, platform, number, customer_id, order_status,
-- sqlite: pay_status, ship_status, after_status, total_fen, paid_fen, placed_at, paid_at, shipped_at,
-- sqlite: signed_at, done_at, changed_at, payment, delivery, remark, sort_at, created_at, confirmed_at,
-- sqlite: counted_customer, counted_fen, marks, refund_fen, post_fen, buyer_note, courier, waybill,
-- sqlite: close_reason, words, promise_at, extra, rev, import_run, seen_rev, at_desk)
-- sqlite: SELECT org_id, id, shop_id, platform, number, customer_id, order_status, pay_status,
-- sqlite: ship_status, after_status, total_fen, paid_fen, placed_at, paid_at, shipped_at, signed_at,
-- sqlite: done_at, changed_at, payment, delivery, remark, sort_at, created_at, confirmed_at,
-- sqlite: counted_customer, counted_fen, marks, refund_fen, post_fen, buyer_note, courier, waybill,
-- sqlite: close_reason, words, promise_at, extra, rev, import_run, seen_rev, at_desk FROM shop_order_old
-- sqlite: ORDER BY org_id, id;
-- sqlite: DROP TABLE shop_order_old;
-- sqlite: CREATE UNIQUE INDEX shop_order_number ON shop_order (org_id, number, shop_id, platform);
-- sqlite: CREATE INDEX shop_order_shop ON shop_order (org_id, shop_id, sort_at, id);
-- sqlite: CREATE INDEX shop_order_all ON shop_order (org_id, sort_at, id);
-- sqlite: CREATE INDEX shop_order_unseen ON shop_order (org_id, id)
-- sqlite:   WHERE seen_rev <> rev AND (at_desk = 1 OR (order_status = 'open' AND pay_status = 'paid' AND ship_status = 'none'));

-- sqlite: ALTER TABLE order_line RENAME TO order_line_old;
-- sqlite: CREATE TABLE order_line (
-- sqlite:   org_id BIGINT NOT NULL,
-- sqlite:   order_id BIGINT NOT NULL,
-- sqlite:   place BIGINT NOT NULL,
-- sqlite:   id BIGINT NOT NULL,
-- sqlite:   sku_id BIGINT,
-- sqlite:   code TEXT,
-- sqlite:   title TEXT NOT NULL,
-- sqlite:   spec TEXT NOT NULL,
-- sqlite:   quantity BIGINT NOT NULL,
-- sqlite:   price_fen BIGINT NOT NULL,
-- sqlite:   PRIMARY KEY (org_id, order_id, place)
-- sqlite: ) WITHOUT ROWID;
-- sqlite: INSERT INTO order_line (org_id, order_id, place, id, sku_id, code, title, spec, quantity,
-- sqlite: price_fen)
-- sqlite: SELECT org_id, order_id, place, id, sku_id, code, title, spec, quantity, price_fen FROM
-- sqlite: order_line_old ORDER BY org_id, order_id, place;
-- sqlite: DROP TABLE order_line_old;
-- sqlite: CREATE INDEX order_line_sku ON order_line (org_id, sku_id) WHERE sku_id IS NOT NULL;

-- sqlite: ALTER TABLE order_secret RENAME TO order_secret_old;
-- sqlite: CREATE TABLE order_secret (
-- sqlite:   org_id BIGINT NOT NULL,
-- sqlite:   order_id BIGINT NOT NULL,
-- sqlite:   receiver TEXT,
-- sqlite:   phone TEXT,
-- sqlite:   address TEXT,
-- sqlite:   PRIMARY KEY (org_id, order_id)
-- sqlite: ) WITHOUT ROWID;
-- sqlite: INSERT INTO order_secret (org_id, order_id, receiver, phone, address)
-- sqlite: SELECT org_id, order_id, receiver, phone, address FROM order_secret_old ORDER BY org_id,
-- sqlite: order_id;
-- sqlite: DROP TABLE order_secret_old;

-- The orders of a customer. An import writes it customer by customer, some hundred thousand orders at once: beside
-- each order it would touch a page of its own. Rows are hints: who an order belongs to stands with the order.
CREATE TABLE customer_order (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, customer_id, order_id)
-- sqlite: ) WITHOUT ROWID;
-- postgres: );
INSERT INTO customer_order (org_id, customer_id, order_id)
SELECT org_id, customer_id, id FROM shop_order WHERE customer_id IS NOT NULL;
-- postgres: DROP INDEX shop_order_customer;

-- Slices up to this one are in it.
ALTER TABLE import_run ADD COLUMN filed_to BIGINT NOT NULL DEFAULT 0;
