"""Why Windows logon sessions and scheduled tasks failed, from the logs a customer sends.

    import logonscope
    diagnosis = logonscope.analyze("case.zip")
    events = logonscope.events("Security.evtx", ids=[4625])

A *source* is a path, the bytes of a file, or a list: of paths, or of bytes, each alone or with its name. What lies in one list is one case.
Reading runs without the interpreter's lock, so threads work side by side, and Ctrl-C ends it. Tables need ``pyarrow``
(``pip install logonscope[arrow]``); nothing else does.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Union

from . import _native
from ._native import __version__

if TYPE_CHECKING:
    import pyarrow

__all__ = ["__version__", "analyze", "events", "iter_events", "tables"]

Path = Union[str, "os.PathLike[str]"]
Source = Union[Path, bytes, Iterable[Union[Path, bytes, "tuple[str, bytes]"]]]
Moment = Union[str, datetime.datetime]


def analyze(source: Source, progress: Callable[[int], object] | None = None, **options: Any) -> dict[str, Any]:
    """The diagnosis, as ``logonscope analyze --format json`` prints it.

    Options, all by name: ``passwords`` for encrypted archives, ``assume_tz`` for local times of unknown offset, ``since`` and ``until``
    (an RFC 3339 text or a ``datetime`` with a zone), ``host``, ``user``, ``knowledge`` (a folder of knowledge files), ``recover``,
    ``threads`` (1; 0 is one for each core), ``time_limit`` in seconds. Past the limit the result is partial and says so in ``problems``.

    ``progress`` is called now and then with the bytes of the files that are done, unpacked; what it raises ends the run.

    Raises ``ValueError`` for what cannot be read at all and for an option that makes no sense.
    """
    return json.loads(_native.diagnose(_sources(source), _options(options), progress).json())


def tables(source: Source, case: str, **options: Any) -> dict[str, pyarrow.Table]:
    """The tables of one case, by name: the rows that ``logonscope batch --parquet`` has of it. ``case`` is its name in every row and
    ``source_name`` where it came from (the path, if it is one); the options are those of :func:`analyze`. What cannot be read at all
    is one row in ``cases`` whose ``state`` is ``failed``."""
    import pyarrow

    options = dict(options)
    place = options.pop("source_name", None)
    if place is None:
        place = os.fspath(source) if isinstance(source, (str, os.PathLike)) else ""
    found = _native.case_tables(_sources(source), _options(options), case, place)
    return {name: pyarrow.table(batch) for name, batch in found}


def events(source: Source, **options: Any) -> pyarrow.Table:
    """The events as one table: ``time``, ``clock``, ``computer``, ``channel``, ``provider``, ``id``, ``level``, ``sid``, ``activity``,
    ``process``, ``thread``, ``message``, ``path``, ``record``, ``line``, ``offset``, and ``fields``, a map from names to texts.

    Filters, besides the options of :func:`analyze` but ``knowledge``: ``ids``, ``providers``, ``channels``, ``levels``, ``texts``, each a
    list. The values of one are alternatives, different filters hold together. What was not read is in the metadata of the table's
    schema under ``problems``, as a JSON list of texts.
    """
    import pyarrow

    reader = _reader(source, options)
    found = [pyarrow.table(batch) for batch in reader] or [pyarrow.table(reader.empty())]
    table = pyarrow.concat_tables(found)
    return table.replace_schema_metadata({"problems": json.dumps(reader.problems())})


def iter_events(source: Source, **options: Any) -> Iterator[pyarrow.RecordBatch]:
    """The same, batch by batch while the logs are read: memory does not grow with their number."""
    import pyarrow

    for batch in _reader(source, options):
        yield from pyarrow.table(batch).to_batches()


def _reader(source: Source, options: dict[str, Any]) -> Any:
    options = dict(options)
    names = ("ids", "providers", "channels", "levels", "texts")
    filters = {name: list(options.pop(name, ())) for name in names}
    return _native.read_events(_sources(source), _options(options), filters)


def _sources(source: Source) -> dict[str, Any]:
    if isinstance(source, (str, os.PathLike, bytes)):
        source = [source]
    paths: list[str] = []
    buffers: list[tuple[str, bytes]] = []
    for number, item in enumerate(source):
        if isinstance(item, bytes):
            buffers.append((f"input-{number}", item))
        elif isinstance(item, tuple):
            buffers.append(item)
        else:
            paths.append(os.fspath(item))
    if paths and buffers:
        raise TypeError("paths or bytes, not both in one case")
    if not paths and not buffers:
        raise ValueError("nothing to read")
    return {"paths": paths, "buffers": buffers}


def _options(given: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {
        "passwords": [],
        "assume_tz": None,
        "since": None,
        "until": None,
        "host": None,
        "user": None,
        "knowledge": None,
        "recover": False,
        "threads": 1,
        "time_limit": None,
    }
    unknown = set(given) - set(options)
    if unknown:
        raise TypeError(f"no option {', '.join(sorted(unknown))}; there are {', '.join(options)}")
    options.update(given)
    options["passwords"] = list(options["passwords"])
    for name in ("since", "until"):
        moment = options[name]
        if isinstance(moment, datetime.datetime):
            if moment.tzinfo is None:
                raise ValueError(f"{name} needs a zone")
            options[name] = moment.isoformat()
    return options
