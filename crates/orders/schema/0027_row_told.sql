-- How many rows of the file a run counted as changed by what is written down here: they are counted as unchanged where
-- a later row of the file takes it back.
ALTER TABLE import_row ADD COLUMN told BIGINT NOT NULL DEFAULT 1;
