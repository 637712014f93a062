-- Which shop the name in an ERP's file means (row 141); ERPs hold the orders of several shops in one file.
CREATE TABLE import_shop (
  org_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- null: its rows are left out
  shop_id BIGINT,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, name)
);
