-- How the label of a courier looks, as a shop agreed it with them.
CREATE TABLE label_template (
  org_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  courier TEXT NOT NULL,
  -- the file as it was sent
  text TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, courier)
);
