-- How the title is typed in pinyin, in full and by initials; null: the product was written before titles were spelled.
ALTER TABLE product ADD COLUMN spelled TEXT;
CREATE INDEX product_unspelled ON product (org_id, id) WHERE spelled IS NULL;
