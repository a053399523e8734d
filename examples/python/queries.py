"""Eleven questions to the tables of a batch, each asked of DuckDB and of Polars.

    logonscope batch incoming -o results --parquet
    python queries.py results/parquet

Prints each question with DuckDB's answer and the time both took, and fails where the two do not agree. Needs duckdb, polars and, for
handing tables from one to the other, pyarrow. Any of the queries works by itself: tables are `read_parquet('results/parquet/NAME/*')`.
"""

import pathlib
import sys
import time

import duckdb
import polars as pl
from polars import col

EXPLAINED = ["possible", "likely", "strong"]


def common_causes(t):
    """Which causes are found in the most cases?"""
    sql = """
        select cause, count(distinct "case") as cases, count(distinct host) as hosts, sum("count") as occurrences
        from incidents where verdict in ('possible', 'likely', 'strong')
        group by cause order by cases desc, cause limit 20"""
    found = (
        t["incidents"].filter(col("verdict").is_in(EXPLAINED)).group_by("cause")
        .agg(cases=col("case").n_unique(), hosts=col("host").n_unique(), occurrences=col("count").sum())
        .sort(["cases", "cause"], descending=[True, False]).head(20)
    )
    return sql, found


def weeks_of_causes(t):
    """How many cases of each cause began in which week?"""
    sql = """
        select date_trunc('week', "first" at time zone 'UTC')::date as week, cause, count(distinct "case") as cases
        from incidents where verdict in ('possible', 'likely', 'strong') and "first" is not null
        group by all order by week, cause"""
    found = (
        t["incidents"].filter(col("verdict").is_in(EXPLAINED) & col("first").is_not_null())
        .with_columns(week=col("first").dt.truncate("1w").dt.date())
        .group_by("week", "cause").agg(cases=col("case").n_unique()).select("week", "cause", "cases").sort("week", "cause")
    )
    return sql, found


def unexplained(t):
    """Which unexplained incidents look alike? The first rows are the next causes to write."""
    sql = """
        select fingerprint, any_value(shape) as shape, count(distinct "case") as cases, count(*) as incidents
        from incidents where coalesce(verdict, '') not in ('possible', 'likely', 'strong')
        group by fingerprint order by cases desc, fingerprint limit 20"""
    found = (
        t["incidents"].filter(~col("verdict").fill_null("").is_in(EXPLAINED)).group_by("fingerprint")
        .agg(shape=col("shape").first(), cases=col("case").n_unique(), incidents=pl.len())
        .sort(["cases", "fingerprint"], descending=[True, False]).head(20)
    )
    return sql, found


def repeating_hosts(t):
    """Which hosts come back with the same cause in several cases?"""
    sql = """
        select host, cause, count(distinct "case") as cases from incidents
        where verdict in ('likely', 'strong') group by host, cause having count(distinct "case") > 1
        order by cases desc, host, cause limit 20"""
    found = (
        t["incidents"].filter(col("verdict").is_in(["likely", "strong"])).group_by("host", "cause")
        .agg(cases=col("case").n_unique()).filter(col("cases") > 1)
        .sort(["cases", "host", "cause"], descending=[True, False, False]).head(20)
    )
    return sql, found


def telling_signals(t):
    """Which signals decide most often, and for which cause?"""
    sql = """
        select cause, signal, count(*) as items from evidence
        where side = 'for' and weight in ('strong', 'decisive') group by cause, signal
        order by items desc, cause, signal limit 20"""
    found = (
        t["evidence"].filter((col("side") == "for") & col("weight").is_in(["strong", "decisive"]))
        .group_by("cause", "signal").agg(items=pl.len())
        .sort(["items", "cause", "signal"], descending=[True, False, False]).head(20)
    )
    return sql, found


def missing_most(t):
    """What do customers leave out most often that would tell?"""
    sql = """
        select signal, count(distinct "case") as cases from evidence where side = 'unknown'
        group by signal order by cases desc, signal limit 20"""
    found = (
        t["evidence"].filter(col("side") == "unknown").group_by("signal").agg(cases=col("case").n_unique())
        .sort(["cases", "signal"], descending=[True, False]).head(20)
    )
    return sql, found


def codes_without_cause(t):
    """Which codes do unexplained incidents carry, and what do they mean? One log spells a code in decimal, another in hexadecimal."""
    sql = """
        with meanings as (
            select try_cast(value as bigint) as number, min(coalesce(symbol, meaning)) as says from codes
            where number is not null group by number)
        select i.code, m.says, count(*) as incidents from incidents i left join meanings m on m.number = try_cast(i.code as bigint)
        where i.code is not null and coalesce(i.verdict, '') not in ('possible', 'likely', 'strong')
        group by i.code, m.says order by incidents desc, i.code limit 20"""
    meanings = t["codes"].group_by(number=number("value")).agg(says=pl.coalesce("symbol", "meaning").min()).filter(col("number").is_not_null())
    found = (
        t["incidents"].filter(col("code").is_not_null() & ~col("verdict").fill_null("").is_in(EXPLAINED))
        .join(meanings, left_on=number("code"), right_on="number", how="left").group_by("code", "says")
        .agg(incidents=pl.len()).sort(["incidents", "code"], descending=[True, False]).head(20)
    )
    return sql, found


def number(name):
    """A code as a number, from either spelling."""
    base = pl.when(col(name).str.to_lowercase().str.starts_with("0x")).then(16).otherwise(10)
    return col(name).str.to_lowercase().str.strip_prefix("0x").str.to_integer(base=base, dtype=pl.Int64, strict=False)


def session_lengths(t):
    """How long do sessions last, by how they ended?"""
    sql = """
        select end_class, count(*) as sessions, round(median(epoch_us("end") - epoch_us("start")) / 60e6, 1) as minutes
        from sessions where "start" is not null and "end" is not null group by end_class order by end_class nulls first"""
    found = (
        t["sessions"].filter(col("start").is_not_null() & col("end").is_not_null())
        .with_columns(length=(col("end") - col("start")).dt.total_microseconds()).group_by("end_class")
        .agg(sessions=pl.len(), minutes=(col("length").median() / 60e6).round(1)).sort("end_class", nulls_last=False)
    )
    return sql, found


def failing_tasks(t):
    """Which tasks fail in the most cases, and how do they end?"""
    sql = """
        select task, outcome, count(distinct "case") as cases, count(*) as runs from task_runs
        where kind = 'task' and failed group by task, outcome order by cases desc, task, outcome limit 20"""
    found = (
        t["task_runs"].filter((col("kind") == "task") & col("failed")).group_by("task", "outcome")
        .agg(cases=col("case").n_unique(), runs=pl.len()).sort(["cases", "task", "outcome"], descending=[True, False, False]).head(20)
    )
    return sql, found


def unread_by_kind(t):
    """Why could something not be read, and in how many cases?"""
    sql = """
        select kind, count(distinct "case") as cases, sum("count") as places from problems where incomplete
        group by kind order by cases desc, kind"""
    found = (
        t["problems"].filter("incomplete").group_by("kind")
        .agg(cases=col("case").n_unique(), places=col("count").sum()).sort(["cases", "kind"], descending=[True, False])
    )
    return sql, found


def states_of_cases(t):
    """How did the cases end, and how much was read?"""
    sql = """
        select state, count(*) as cases, sum(files) as files, sum(bytes) as bytes, sum(incidents) as incidents
        from cases group by state order by state"""
    found = (
        t["cases"].group_by("state")
        .agg(cases=pl.len(), files=col("files").sum(), bytes=col("bytes").sum(), incidents=col("incidents").sum())
        .sort("state")
    )
    return sql, found


QUESTIONS = [
    common_causes,
    weeks_of_causes,
    unexplained,
    repeating_hosts,
    telling_signals,
    missing_most,
    codes_without_cause,
    session_lengths,
    failing_tasks,
    unread_by_kind,
    states_of_cases,
]
TABLES = ["cases", "incidents", "causes", "evidence", "sessions", "task_runs", "codes", "facts", "problems"]


def cells(rows):
    """Numbers as numbers, whatever type an engine gives a sum."""
    return [tuple(float(cell) if isinstance(cell, (int, float)) or "Decimal" in type(cell).__name__ else cell for cell in row) for row in rows]


def ask(folder):
    """Every question of both engines: its name, its text, the columns and rows, and the seconds each took."""
    database = duckdb.connect()
    for name in TABLES:
        database.execute(f"create view {name} as select * from read_parquet('{folder}/{name}/*.parquet')")
    for question in QUESTIONS:
        frames = {name: pl.scan_parquet(folder / name / "*.parquet") for name in TABLES}
        sql, lazy = question(frames)
        start = time.perf_counter()
        answer = database.execute(sql)
        columns, rows = [column[0] for column in answer.description], answer.fetchall()
        middle = time.perf_counter()
        frame = lazy.collect()
        end = time.perf_counter()
        if frame.columns != columns or cells(frame.rows()) != cells(rows):
            raise SystemExit(f"{question.__name__}: the engines do not agree:\n{columns}\n{rows}\n{frame}")
        yield question, columns, rows, middle - start, end - middle


def main():
    folder = pathlib.Path(sys.argv[1])
    for question, columns, rows, duckdb_seconds, polars_seconds in ask(folder):
        print(f"\n{question.__doc__}  ({question.__name__}: DuckDB {duckdb_seconds:.3f} s, Polars {polars_seconds:.3f} s)")
        print("  " + " | ".join(columns))
        for row in rows[:10]:
            print("  " + " | ".join(str(cell)[:80] for cell in row))
    print(f"\n{len(QUESTIONS)} passed, 0 failed")


if __name__ == "__main__":
    main()
