-- The import that made it.
ALTER TABLE customer ADD COLUMN import_run BIGINT;
