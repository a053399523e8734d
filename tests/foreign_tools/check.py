"""Reads what the test wrote into a folder, each file with somebody else's reader, and complains of what they do not take."""

import csv
import json
import os
import sys
from pathlib import Path

folder = Path(sys.argv[1])
faults = []
counts = {}


def files(ending):
    found = sorted(folder.glob(f"*.{ending}"))
    assert found, f"no file ends in .{ending}"
    counts[ending] = len(found)
    return found


def left_out(what):
    print(f"LEFT OUT: {what}")


def by_schema(validator, name, value):
    for error in list(validator.iter_errors(value))[:5]:
        faults.append(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")


def check_json():
    try:
        import jsonschema
    except ImportError:
        return left_out("JSON and SARIF were not held against their schemas (PyPI: jsonschema)")
    schema = json.loads((folder / "diagnosis.schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    ours = kind(schema)
    for path in files("json"):
        if path.name != "diagnosis.schema.json":
            by_schema(ours, path.name, json.loads(path.read_text("utf-8")))
    # A value that no diagnosis has must not pass, or the schema says nothing.
    assert not ours.is_valid({"schema": 5}), "the schema takes anything"
    published = os.environ.get("LOGONSCOPE_SARIF_SCHEMA")
    if not published:
        return left_out("SARIF was not held against its schema (npm: @microsoft/jest-sarif; LOGONSCOPE_SARIF_SCHEMA names the file)")
    schema = json.loads(Path(published).read_text("utf-8-sig"))
    sarif = jsonschema.validators.validator_for(schema)(schema)
    for path in files("sarif"):
        by_schema(sarif, path.name, json.loads(path.read_text("utf-8")))
    assert not sarif.is_valid({"version": "1.0"}), "the schema of SARIF takes anything"


def check_lines():
    for path in files("jsonl"):
        for line in path.read_text("utf-8").splitlines():
            json.loads(line)


def check_csv():
    for path in files("csv"):
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file, strict=True))
        widths = {len(row) for row in rows}
        if len(widths) != 1:
            faults.append(f"{path.name}: rows of {sorted(widths)} cells")
        for row in rows:
            for cell in row:
                if cell[:1] in "=+@" and cell:
                    faults.append(f"{path.name}: a spreadsheet takes {cell[:40]!r} for a formula")


def check_scripts():
    try:
        import tree_sitter
        import tree_sitter_powershell
    except ImportError:
        return left_out("the script for the customer was not parsed (PyPI: tree-sitter, tree-sitter-powershell)")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    assert parser.parse(b"if ($x { 'y'").root_node.has_error, "the parser takes anything"
    for path in files("cmd"):
        text = path.read_bytes()
        root = parser.parse(text).root_node
        pending = [root]
        while pending:
            node = pending.pop()
            if node.is_error or node.is_missing:
                faults.append(f"{path.name}: line {node.start_point[0] + 1}: {text[node.start_byte:node.end_byte][:120]!r}")
            pending.extend(node.children)
        # What the comment hides from PowerShell, cmd runs: it must jump over it at once, and come to an end before it ends.
        lines = text.decode("ascii").split("\r\n")
        label = lines.index(":run")
        assert lines[:2] == ["<# :", "@goto :run"], path.name
        assert sum(line.strip().lower().startswith(":run") for line in lines) == 1, f"{path.name}: a second label"
        end = next(number for number, line in enumerate(lines) if line.startswith("exit /b"))
        assert label < end < lines.index("#>"), path.name


for check in (check_json, check_lines, check_csv, check_scripts):
    check()
for fault in faults:
    print(fault)
if faults:
    sys.exit(1)
print("all held:", ", ".join(f"{count} {ending}" for ending, count in sorted(counts.items())))
