import datetime
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow

__version__: str

type _Path = str | os.PathLike[str]
type _Source = _Path | bytes | Iterable[_Path | bytes | tuple[str, bytes]]
type _Moment = str | datetime.datetime

def analyze(
    source: _Source,
    progress: Callable[[int], object] | None = None,
    *,
    passwords: Iterable[str] = (),
    assume_tz: str | None = None,
    since: _Moment | None = None,
    until: _Moment | None = None,
    host: str | None = None,
    user: str | None = None,
    knowledge: _Path | None = None,
    recover: bool = False,
    threads: int = 1,
    time_limit: float | None = None,
) -> dict[str, Any]: ...
def tables(
    source: _Source,
    case: str,
    *,
    source_name: str | None = None,
    passwords: Iterable[str] = (),
    assume_tz: str | None = None,
    since: _Moment | None = None,
    until: _Moment | None = None,
    host: str | None = None,
    user: str | None = None,
    knowledge: _Path | None = None,
    recover: bool = False,
    threads: int = 1,
    time_limit: float | None = None,
) -> dict[str, pyarrow.Table]: ...
def events(
    source: _Source,
    *,
    ids: Iterable[int] = (),
    providers: Iterable[str] = (),
    channels: Iterable[str] = (),
    levels: Iterable[str] = (),
    texts: Iterable[str] = (),
    passwords: Iterable[str] = (),
    assume_tz: str | None = None,
    since: _Moment | None = None,
    until: _Moment | None = None,
    host: str | None = None,
    user: str | None = None,
    recover: bool = False,
    threads: int = 1,
    time_limit: float | None = None,
) -> pyarrow.Table: ...
def iter_events(
    source: _Source,
    *,
    ids: Iterable[int] = (),
    providers: Iterable[str] = (),
    channels: Iterable[str] = (),
    levels: Iterable[str] = (),
    texts: Iterable[str] = (),
    passwords: Iterable[str] = (),
    assume_tz: str | None = None,
    since: _Moment | None = None,
    until: _Moment | None = None,
    host: str | None = None,
    user: str | None = None,
    recover: bool = False,
    threads: int = 1,
    time_limit: float | None = None,
) -> Iterator[pyarrow.RecordBatch]: ...
