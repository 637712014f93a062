-- Orders whose person was taken out, on request or because they are old: no version of them tells it again.
CREATE TABLE order_erased (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, order_id)
);

-- What imports remember of one thing.
CREATE INDEX import_row_thing ON import_row (org_id, row_id);
