"""What an engine adds to a case: `python overhead.py dask`, or `ray`, or `spark`.

Maps over cases that cost nothing, in parts as the other programs do, once the engine has started: what that takes for each case is what
comes on top of reading it. Prints milliseconds of the clock for each case.
"""

import argparse
import time


def nothing(number, paths, out):
    return len(paths)


def rows(batches):
    import pyarrow

    for batch in batches:
        yield pyarrow.RecordBatch.from_pydict({"case": batch.column("path").to_pylist()})


def dask(parts):
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:

        def run(parts):
            return sum(client.gather([client.submit(nothing, number, paths, "", pure=False) for number, paths in parts]))

        yield from timed(run, parts)


def with_ray(parts):
    import ray

    ray.init(num_cpus=2, include_dashboard=False)
    task = ray.remote(nothing)
    yield from timed(lambda parts: sum(ray.get([task.remote(number, paths, "") for number, paths in parts])), parts)
    ray.shutdown()


def spark(parts):
    import os
    import sys

    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def run(parts):
        paths = [(path,) for _, paths in parts for path in paths]
        frame = session.createDataFrame(paths, "path string").repartition(len(parts))
        return frame.mapInArrow(rows, "`case` string").count()

    yield from timed(run, parts)
    session.stop()


def timed(run, parts):
    """Seconds of three rounds, after one that wakes the workers."""
    cases = sum(len(paths) for _, paths in parts)
    for number in range(4):
        start = time.perf_counter()
        assert run(parts) == cases
        if number:
            yield time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("engine", choices=["dask", "ray", "spark"])
    arguments.add_argument("--cases", type=int, default=10_000)
    arguments.add_argument("--size", type=int, default=50, help="cases in one part")
    options = arguments.parse_args()
    paths = [f"/cases/host-{number:06}.zip" for number in range(options.cases)]
    parts = [(start, paths[start : start + options.size]) for start in range(0, len(paths), options.size)]
    seconds = sorted({"dask": dask, "ray": with_ray, "spark": spark}[options.engine](parts))
    print(f"{options.engine}: {seconds[0] / options.cases * 1000:.2f} ms a case in the best of three rounds, {seconds[-1] / options.cases * 1000:.2f} in the worst")


if __name__ == "__main__":
    main()
