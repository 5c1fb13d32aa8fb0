"""Reads the Parquet of an export with DuckDB, as an analyst would: prints what it sees as JSON.

    python read_with_duckdb.py FOLDER
"""

import json
import sys

import duckdb

events = f"read_parquet('{sys.argv[1]}/events/**/*.parquet', hive_partitioning = true)"
columns = {name: kind for name, kind, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM {events}").fetchall()}
count, first, last, days = duckdb.sql(
    f"SELECT count(*), min(position), max(position), count(DISTINCT date) FROM {events}"
).fetchall()[0]
# The day in the path is that of the time, and a range of it reads no other file.
misplaced = duckdb.sql(
    f"SELECT count(*) FROM {events} WHERE CAST(recorded_at AT TIME ZONE 'UTC' AS DATE) <> date"
).fetchall()[0][0]
rows = duckdb.sql(f"SELECT position, data, metadata, hex(leaf_hash) FROM {events} ORDER BY position").fetchall()
print(json.dumps({
    "columns": columns,
    "count": count,
    "first": first,
    "last": last,
    "days": days,
    "misplaced": misplaced,
    "rows": [[position, data, metadata, leaf.lower()] for position, data, metadata, leaf in rows],
}))
