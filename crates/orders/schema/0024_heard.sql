-- Couriers of whose parcels a shop has ever been told something: of the others no word is missed (row 18).
CREATE TABLE courier_heard (
  org_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  courier TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, courier)
);
INSERT INTO courier_heard (org_id, shop_id, courier, at)
  SELECT p.org_id, p.shop_id, p.courier, MIN(t.at)
  FROM parcel_trace t JOIN parcel p ON p.org_id = t.org_id AND p.id = t.parcel_id
  GROUP BY p.org_id, p.shop_id, p.courier;
UPDATE parcel SET quiet_at = NULL, watch_at = due_at
  WHERE arrived_at IS NULL AND due_at IS NOT NULL AND quiet_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM courier_heard h
    WHERE h.org_id = parcel.org_id AND h.shop_id = parcel.shop_id AND h.courier = parcel.courier);
