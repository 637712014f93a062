-- Where a parcel that left was sent: what its label said, whatever its orders say since. Shown masked.
CREATE TABLE parcel_sent (
  org_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  receiver TEXT,
  phone TEXT,
  address TEXT,
  PRIMARY KEY (org_id, parcel_id)
);

-- Which lists changed the price of a SKU or the freight of an order.
CREATE INDEX price_line_subject ON price_line (org_id, subject_id);
