-- Lists of prices are carried out and taken back in pieces: how far one has come (rows 20 and 21).
ALTER TABLE price_list ADD COLUMN upto BIGINT NOT NULL DEFAULT 0;
-- Each line that is taken back asks what later lists made of it.
CREATE INDEX price_line_done ON price_line (org_id, subject_id) WHERE state = 'done';
