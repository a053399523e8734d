"""A large batch put to the test: what it takes beside the single analyses, its memory, and whether being killed changes its tables.

    cargo build --release --features parquet --bins --examples
    python batch_trial.py target/release/logonscope work --cases 10000

Makes the cases, works through them three ways (one after the other by the example `one_by_one`, in one batch, in a batch that is killed three
times and resumed), prints times and the curve of memory, and fails where the tables differ. Needs duckdb, and Linux, for what a process
takes is read from /proc.
"""

import argparse
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import time

import compare
import make_cases

# Findings and incomplete reading are what such cases end with.
GOOD = (0, 1, 3)


def made(folder, cases):
    """The cases, made once for each folder."""
    if len(list(folder.glob("*.zip"))) != cases:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number in range(cases):
            (folder / f"case-{number:06}.zip").write_bytes(make_cases.case(number))
    return sorted(folder.iterdir())


def used():
    """Seconds of the processor that the programs started here have taken."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def singly(options):
    """Each case by itself, one after the other in one process: seconds of the clock and of the processor."""
    program = pathlib.Path(options.program).parent / "examples" / "one_by_one"
    start, before = time.perf_counter(), used()
    subprocess.run([program, options.work / "cases"], check=True)
    return time.perf_counter() - start, used() - before


def resident(process):
    """MiB in memory now, or nothing once the process has ended."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), None)


def batch(options, out, kill_after=None):
    """One run: seconds of the clock and of the processor, and the memory each twentieth of a second; `kill_after` seconds it is killed."""
    command = [options.program, "batch", str(options.work / "cases"), "-o", str(out), "--parquet", "-q", "--threads", str(options.threads)]
    start, before = time.perf_counter(), used()
    process, curve = subprocess.Popen(command, stdout=subprocess.DEVNULL), []
    while process.poll() is None:
        if (now := resident(process.pid)) is not None:
            curve.append(now)
        if kill_after is not None and time.perf_counter() - start >= kill_after:
            process.send_signal(signal.SIGKILL)
            process.wait()
            break
        time.sleep(0.05)
    if kill_after is None and process.returncode not in GOOD:
        raise SystemExit(f"the batch ended with {process.returncode}")
    return time.perf_counter() - start, used() - before, curve


def killed(options, out, whole):
    """A batch that is killed three times on its way, and how many cases were done each time; then it is left to end."""
    for _ in range(3):
        batch(options, out, whole / 5)
        yield len(list(out.glob("*/case.json")))
    batch(options, out)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("work", type=pathlib.Path, help="a folder for the cases and the results")
    arguments.add_argument("--cases", type=int, default=10_000)
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    options = arguments.parse_args()
    paths = made(options.work / "cases", options.cases)
    size = sum(os.path.getsize(path) for path in paths)
    print(f"{len(paths)} cases, {size / 2**20:.1f} MiB, the largest {max(map(os.path.getsize, paths)) / 2**20:.1f}", flush=True)
    for name in ("whole", "killed"):
        shutil.rmtree(options.work / name, ignore_errors=True)

    clock, single = singly(options)
    print(f"one by one: {clock:.1f} s, {single:.1f} of the processor, {single / len(paths) * 1000:.2f} ms a case", flush=True)
    whole, processor, curve = batch(options, options.work / "whole")
    print(f"batch of {options.threads} threads: {whole:.1f} s, {processor:.1f} of the processor, {processor / len(paths) * 1000:.2f} ms a case")
    print(f"  beside the sum: {whole * options.threads / clock:.2f} by the clock and thread, {processor / single:.2f} by the processor")
    print(f"  MiB at each tenth: {' '.join(f'{curve[len(curve) * tenth // 10]:.0f}' for tenth in range(10))}, at most {max(curve):.0f}", flush=True)
    for done in killed(options, options.work / "killed", whole):
        print(f"killed with {done} cases done", flush=True)
    counts = compare.compare(options.work / "whole" / "parquet", options.work / "killed" / "parquet")
    print(f"the tables of both are equal, {sum(counts.values())} rows")


if __name__ == "__main__":
    main()
