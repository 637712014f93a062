-- Who was merged away, and into whom: few among many, asked for whenever an import files the orders of some thousand
-- customers.
CREATE INDEX customer_merged ON customer (org_id, id, merged_into) WHERE merged_into IS NOT NULL;
