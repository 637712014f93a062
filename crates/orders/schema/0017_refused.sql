-- What stands in a refused row, so that it can be given back to whoever mends it: JSON, a text a cell. Null: it could not
-- be read, is too long, or is forgotten. `sheet` is its place in the file: its headers stand with the run.
ALTER TABLE import_fault ADD COLUMN sheet BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_fault ADD COLUMN cells TEXT;
-- Whose are to be forgotten.
CREATE INDEX import_fault_cells ON import_fault (org_id, run_id) WHERE cells IS NOT NULL;
