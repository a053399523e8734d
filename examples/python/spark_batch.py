"""A folder of cases over Spark: `python spark_batch.py incoming out`, one table with `mapInArrow`. The workers must see the folder.

Spark writes the result itself and commits a part once, so what a lost executor had written does not count. `--kill` kills one worker in
the middle, to show that nothing is lost and nothing doubled. Needs pyspark and pandas.
"""

import argparse
import os
import pathlib
import signal
import sys
import threading
import time

from pyspark.sql import SparkSession

import mapping

INCIDENTS = """`case` string, incident string, fingerprint string, shape string, symptom string, title string, host string, user string,
session bigint, task string, code string, first timestamp, last timestamp, count bigint, worked_until timestamp, works_again timestamp,
part_of string, verdict string, score double, cause string, cause_title string"""


def incidents(batches):
    for batch in batches:
        for path in batch.column("path").to_pylist():
            found = mapping.tables_of(path).get("incidents")
            if found is not None:
                yield from found.to_batches()


def workers():
    """The processes of this machine that map rows for this program, as Linux shows them: children of Spark's daemon of Python."""
    parents, daemons = {}, set()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "stat").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        number = int(folder.name)
        parents[number] = int(status.rsplit(")", 1)[1].split()[1])
        if b"pyspark.daemon" in command:
            daemons.add(number)

    def is_ours(number):
        while number in parents:
            number = parents[number]
            if number == os.getpid():
                return True
        return False

    return [number for number in daemons if parents[number] in daemons and is_ours(number)]


def kill_one(seconds):
    time.sleep(seconds)
    while not (found := workers()):
        time.sleep(0.05)
    os.kill(found[0], signal.SIGKILL)
    print("killed a worker")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("incoming")
    arguments.add_argument("out")
    arguments.add_argument("--master", default="local[*,4]", help="where it runs; on this machine a part is tried four times")
    arguments.add_argument("--size", type=int, default=50, help="cases in one part")
    arguments.add_argument("--kill", type=float, metavar="SECONDS", help="kill one worker of this machine after so long")
    options = arguments.parse_args()
    # Without this, workers run the first `python3` of the path, which need not have the package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("logonscope").master(options.master)
    spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.addPyFile(mapping.__file__)
    paths = mapping.cases(options.incoming)
    frame = spark.createDataFrame([(path,) for path in paths], "path string").repartition(max(len(paths) // options.size, 1))
    if options.kill is not None:
        threading.Thread(target=kill_one, args=(options.kill,), daemon=True).start()
    frame.mapInArrow(incidents, INCIDENTS).write.mode("overwrite").parquet(options.out)
    print(spark.read.parquet(options.out).count(), "incidents")


if __name__ == "__main__":
    main()
