"""What every engine maps over a folder of cases: some cases in, one Parquet file for each table out.

A part is written beside its name and takes it when it is whole, and its name follows from the cases in it. So a part that is made twice,
because a worker died or an engine guessed that one had, replaces itself: nothing is lost and nothing doubled.
"""

import os
import pathlib
import uuid

import pyarrow
import pyarrow.parquet

import logonscope

TABLES = ["cases", "incidents", "causes", "evidence", "sessions", "task_runs", "codes", "facts", "problems"]


def cases(incoming):
    """Everything directly under a folder that is not hidden, as `logonscope batch` takes it."""
    return sorted(str(path) for path in pathlib.Path(incoming).iterdir() if not path.name.startswith("."))


def parts(paths, size):
    """The cases in groups, each with its number."""
    return [(start // size, paths[start : start + size]) for start in range(0, len(paths), size)]


def tables_of(path):
    """The tables of one case. One that cannot be read at all has its row in `cases`, as in a batch."""
    return logonscope.tables(path, case=os.path.basename(path))


def write_part(number, paths, out):
    """Reads some cases and writes their part of every table; the number of cases. The first part has a file of each, if need be without rows, so that a
    query finds its columns."""
    found = {name: [] for name in TABLES}
    for path in paths:
        for name, table in tables_of(path).items():
            found[name].append(table)
    for name, some in found.items():
        some = [table for table in some if table.num_rows] or some[: int(number == 0)]
        if not some:
            continue
        folder = pathlib.Path(out) / name
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{uuid.uuid4().hex}"
        pyarrow.parquet.write_table(pyarrow.concat_tables(some, promote_options="default"), unfinished)
        unfinished.replace(folder / f"part-{number:05}.parquet")
    return len(paths)
