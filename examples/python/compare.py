"""Whether two folders hold the same rows: `python compare.py results/parquet dask-results`.

Each is a folder of tables, as `batch --parquet` and the engines write them, or the files of one table, as Spark does. How the rows are shared
out among files, in which order, and to which fraction of a second a type of time can tell, does not matter. Needs duckdb.
"""

import pathlib
import sys

import duckdb


def rows(database, folder):
    """The query of a table's rows, times to the microsecond, and its columns, in the order of their names."""
    files = f"read_parquet('{folder}/*.parquet')"
    columns = sorted(database.execute(f"describe select * from {files}").fetchall())
    chosen = [f'"{name}"::timestamptz as "{name}"' if kind.startswith("TIMESTAMP") else f'"{name}"' for name, kind, *_ in columns]
    return f"select {', '.join(chosen)} from {files}", {name for name, *_ in columns}


def difference(database, one, other):
    """How many rows only the one has and only the other, and how many the first has at all."""
    (first, columns), (second, others) = rows(database, one), rows(database, other)
    if columns != others:
        raise SystemExit(f"{one} and {other} have other columns: {sorted(columns ^ others)}")

    def count(query):
        return database.execute(f"select count(*) from ({query})").fetchone()[0]

    return count(f"{first} except all {second}"), count(f"{second} except all {first}"), count(first)


def tables(folder):
    """The tables in a folder by name; a folder that is one itself is nameless."""
    found = {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
    return found or {"": folder}


def compare(one, other):
    """Complains of the first difference; else the rows of each table."""
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    first, second = tables(one), tables(other)
    if first.keys() != second.keys():
        raise SystemExit(f"not the same tables: {sorted(first.keys() ^ second.keys())}")
    counts = {}
    for name, folder in first.items():
        only_one, only_other, counts[name] = difference(database, folder, second[name])
        if only_one or only_other:
            raise SystemExit(f"{name or folder}: {only_one} rows only in {one}, {only_other} only in {other}")
    return counts


def main():
    for name, count in compare(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])).items():
        print(f"the same {count} rows {'of ' if name else ''}{name}")


if __name__ == "__main__":
    main()
