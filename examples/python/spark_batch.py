"""A folder of cases over Spark: `python spark_batch.py incoming out`, one table with `mapInArrow`. The workers must see the folder.

Spark writes the result itself and commits a part once, so what a lost executor had written does not count.
"""

import os
import sys

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


def main():
    incoming, out = sys.argv[1:3]
    # Without this, workers run the first `python3` of the path, which need not have the package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.appName("logonscope").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.addPyFile(mapping.__file__)
    paths = mapping.cases(incoming)
    frame = spark.createDataFrame([(path,) for path in paths], "path string").repartition(max(len(paths) // 50, 1))
    frame.mapInArrow(incidents, INCIDENTS).write.mode("overwrite").parquet(out)
    print(spark.read.parquet(out).count(), "incidents")


if __name__ == "__main__":
    main()
