# The plain script the import is measured against: one flat table, one transaction, upsert by order number.
import csv
import sqlite3
import sys
import time

path, database = sys.argv[1:3]
began = time.time()
db = sqlite3.connect(database)
rows = csv.reader(open(path, encoding="gb18030", newline=""))
names = [name.strip() for name in next(rows)]
columns = ", ".join(f'"{name}" TEXT' for name in names)
db.execute(f'CREATE TABLE orders ({columns}, PRIMARY KEY ("{names[0]}"))')
marks = ", ".join("?" * len(names))
changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
sql = f'INSERT INTO orders VALUES ({marks}) ON CONFLICT ("{names[0]}") DO UPDATE SET {changes}'
db.executemany(sql, ([cell.strip().strip("=\"'") for cell in row] for row in rows))
db.commit()
print(time.time() - began)
