-- Who bought: few among the many who only looked in.
CREATE INDEX customer_who_bought ON customer (org_id, id) WHERE orders > 0;
