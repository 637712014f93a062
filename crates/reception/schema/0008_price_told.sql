-- Until when the buyer of a price was promised an answer, as those who decide were told last: once for each such time.
CREATE TABLE price_told (
  org_id BIGINT NOT NULL,
  ask_id BIGINT NOT NULL,
  due BIGINT NOT NULL,
  PRIMARY KEY (org_id, ask_id)
);
