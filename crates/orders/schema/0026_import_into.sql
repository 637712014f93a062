-- Which shops the rows of an import go into (row 141), beside the shop it was sent for: a list holds only what its
-- reader may see, and finds it without reading what does not belong there.
CREATE TABLE import_into (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  -- 0: rows that are left out, or of which nobody said whose they are
  shop_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, shop_id)
);
-- sqlite: INSERT INTO import_into (org_id, run_id, shop_id)
-- sqlite: SELECT DISTINCT r.org_id, r.id, COALESCE(json_extract(named.value, '$.shop'), 0)
-- sqlite: FROM import_run r, json_each(r.sheets) sheet, json_each(sheet.value, '$.shops') named;
-- postgres: INSERT INTO import_into (org_id, run_id, shop_id)
-- postgres: SELECT DISTINCT r.org_id, r.id, COALESCE((named.value ->> 'shop')::bigint, 0)
-- postgres: FROM import_run r, jsonb_array_elements(r.sheets::jsonb) AS sheet(value), jsonb_array_elements(sheet.value -> 'shops') AS named(value);
CREATE INDEX import_run_state ON import_run (org_id, state, id);
