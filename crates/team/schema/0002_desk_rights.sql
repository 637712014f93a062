-- Organisations founded before the order desk was there: the roles they began with get its rights, as new ones do.
UPDATE role SET permissions = REPLACE(permissions, ']', ',"orders.audit"]')
WHERE key IN ('supervisor', 'auditor') AND builtin = 1 AND permissions <> '[]' AND permissions NOT LIKE '%"orders.audit"%';
UPDATE role SET permissions = REPLACE(permissions, ']', ',"orders.ship"]')
WHERE key IN ('supervisor', 'shipper') AND builtin = 1 AND permissions <> '[]' AND permissions NOT LIKE '%"orders.ship"%';
UPDATE role SET permissions = REPLACE(permissions, ']', ',"orders.rules"]')
WHERE key = 'supervisor' AND builtin = 1 AND permissions <> '[]' AND permissions NOT LIKE '%"orders.rules"%';
