"""A folder of cases over Dask: `python dask_batch.py incoming out`, on this machine with two workers, or `--scheduler tcp://…`.

`--kill` kills one worker in the middle, to show that nothing is lost and nothing doubled.
"""

import argparse
import os
import signal
import time

from distributed import Client, LocalCluster, as_completed

import mapping


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("incoming")
    arguments.add_argument("out")
    arguments.add_argument("--scheduler", help="the address of a running scheduler; its workers must see both folders")
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--size", type=int, default=50, help="cases in one part")
    arguments.add_argument("--kill", action="store_true")
    options = arguments.parse_args()
    cluster = options.scheduler or LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        client.upload_file(mapping.__file__)
        parts = mapping.parts(mapping.cases(options.incoming), options.size)
        start = time.perf_counter()
        work = [client.submit(mapping.write_part, number, paths, options.out, pure=False, retries=3) for number, paths in parts]
        done = 0
        for finished in as_completed(work):
            done += finished.result()
            if options.kill:
                options.kill = False
                worker = next(iter(client.run(os.getpid).values()))
                os.kill(worker, signal.SIGKILL)
                print(f"killed a worker after {done} cases")
        print(f"{done} cases in {len(parts)} parts, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
