-- When somebody said that it came out of the printer; null: it was looked at only. What stands here was counted so far.
ALTER TABLE print ADD COLUMN printed_at BIGINT;
UPDATE print SET printed_at = at;

-- What the desk reads among very many, each by the index that names it.

-- What waits for a decision is a few of all that was asked, and stands in the order it came.
DROP INDEX order_ask_list;
CREATE INDEX order_ask_list ON order_ask (org_id, state, id);
CREATE INDEX desk_trouble_open ON desk_trouble (org_id, id) WHERE solved_at IS NULL;
-- Who passed a parcel is shown wherever the parcel is.
CREATE INDEX parcel_pass_parcel ON parcel_pass (org_id, parcel_id, id);
-- Each look at an order asks what rules gave with it.
CREATE INDEX gift_given_order ON gift_given (org_id, order_id);

-- What left without the desk is looked for from the day it left on: what is older is passed over, and neither finds
-- the other in its way.
DROP INDEX shop_order_left;
CREATE INDEX shop_order_left ON shop_order (shipped_at)
  WHERE seen_rev <> rev AND at_desk = 0 AND order_status = 'open' AND ship_status = 'shipped' AND shipped_at IS NOT NULL;

-- Whoever packs for other shops asks for theirs.
DROP INDEX pickup_open;
CREATE INDEX pickup_open ON pickup (org_id, courier) WHERE state = 'asked';
