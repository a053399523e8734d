"""The package as somebody has it who installed the wheel. Inputs are the fixtures of the repository and bytes made here."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pyarrow
import pytest

import logonscope

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "fixtures"
CASE = FIXTURES / "task-password-drift.zip"
TRACE = (
    b"[0]0B44.0F10::2026/05/04-08:10:03.120000000 [Contoso.Robot] asking for a session of CORP\\svc-robot\n"
    b"[0]0B44.0F10::2026/05/04-08:10:09.870000000 [Contoso.Robot] refused: 0x80070520\n"
)


def best(diagnosis):
    return diagnosis["incidents"][0]["causes"][0]["id"]


def test_paths_bytes_and_lists_give_the_same_diagnosis():
    by_path = logonscope.analyze(CASE)
    assert best(by_path) == "password-drift-stored-credential"
    assert by_path["schema"] == "logonscope.diagnosis/1"
    by_bytes = logonscope.analyze([("task-password-drift.zip", CASE.read_bytes())])
    assert best(by_bytes) == best(by_path)
    assert len(by_bytes["incidents"]) == len(by_path["incidents"])
    assert best(logonscope.analyze([str(CASE)])) == best(by_path)
    assert best(logonscope.analyze(CASE.read_bytes())) == best(by_path)


def test_tables_hold_the_diagnosis():
    tables = logonscope.tables(CASE, case="a")
    assert set(tables) == {"cases", "incidents", "causes", "evidence", "sessions", "task_runs", "codes", "facts", "problems"}
    diagnosis = logonscope.analyze(CASE)
    assert tables["incidents"].num_rows == len(diagnosis["incidents"])
    assert tables["incidents"]["cause"][0].as_py() == best(diagnosis)
    assert tables["cases"].to_pylist()[0]["state"] == "findings"
    assert tables["cases"].to_pylist()[0]["source"] == str(CASE)
    assert pyarrow.types.is_timestamp(tables["incidents"].schema.field("first").type)
    assert {row["case"] for row in tables["facts"].to_pylist()} == {"a"}


def test_what_cannot_be_read_is_a_row_in_the_words_of_a_batch(tmp_path):
    (junk,) = logonscope.tables(b"\x9c\x00\xff\x13" * 999, case="junk")["cases"].to_pylist()
    assert junk["detail"] == "nothing readable: 1 files, none of them a log, a settings export or text"
    for source in [b"\x9c\x00\xff\x13" * 999, str(tmp_path / "there is none")]:
        tables = logonscope.tables(source, case="junk")
        assert tables["incidents"].num_rows == 0
        (row,) = tables["cases"].to_pylist()
        assert row["state"] == "failed" and row["detail"]


def test_events_are_filtered_and_typed():
    table = logonscope.events(CASE, ids=[4624], channels=["Security"])
    assert table.num_rows > 0
    assert set(table["id"].to_pylist()) == {4624}
    fields = dict(table["fields"][0].as_py())
    assert "LogonType" in fields
    assert json.loads(table.schema.metadata[b"problems"]) is not None
    none = logonscope.events(TRACE, texts=["nobody says this"])
    assert none.num_rows == 0 and none.schema.names == table.schema.names
    batches = list(logonscope.iter_events(CASE, ids=[4624], channels=["Security"]))
    assert sum(batch.num_rows for batch in batches) == table.num_rows


def test_mistakes_are_said():
    with pytest.raises(ValueError):
        logonscope.analyze("there is no such file")
    with pytest.raises(TypeError):
        logonscope.analyze(CASE, speed="high")
    with pytest.raises(TypeError):
        logonscope.analyze([str(CASE), b"bytes"])
    with pytest.raises(ValueError):
        logonscope.analyze(CASE, since="yesterday")
    with pytest.raises(ValueError):
        logonscope.events(TRACE, levels=["loud"])
    with pytest.raises(ValueError):
        logonscope.analyze(CASE, time_limit=-1)


def test_junk_and_a_time_limit_give_a_result():
    assert logonscope.analyze(os.urandom(5000))["incidents"] == []
    partial = logonscope.analyze(CASE, time_limit=0)
    assert any(problem["kind"] == "interrupted" for problem in partial["problems"])


def test_the_interpreter_runs_on_meanwhile():
    large = TRACE * 100_000
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    before = len(ticks)
    logonscope.analyze(large)
    ran = len(ticks) - before
    done.set()
    ticker.join()
    assert ran > 5


def test_progress_is_told_and_may_end_it():
    told = []
    logonscope.analyze([("a.txt", TRACE), ("b.txt", TRACE * 2)], told.append)
    assert told == sorted(told) and told[-1] == 3 * len(TRACE)

    def enough(_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        logonscope.analyze([("a.txt", TRACE)], enough)


def test_ctrl_c_ends_it():
    program = (
        "import logonscope, signal, sys\n"
        # Whoever was started in the background of a shell has it ignored, and so have its children.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"trace = {TRACE!r} * 3_000_000\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    logonscope.analyze(trace)\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(42)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    try:
        assert child.wait(timeout=60) == 42
    finally:
        child.kill()
