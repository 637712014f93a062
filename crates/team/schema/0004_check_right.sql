-- Checking again what others packed is a right of its own. Whoever could do it before goes on doing it.
UPDATE role SET permissions = REPLACE(permissions, ']', ',"orders.check"]')
WHERE permissions LIKE '%"orders.ship"%' AND permissions NOT LIKE '%"orders.check"%';
UPDATE token SET permissions = REPLACE(permissions, ']', ',"orders.check"]')
WHERE permissions LIKE '%"orders.ship"%' AND permissions NOT LIKE '%"orders.check"%';
