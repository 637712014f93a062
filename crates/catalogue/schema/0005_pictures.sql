-- A file that is a main picture is seen by whoever is shown the product.
CREATE INDEX product_picture ON product (org_id, picture);
