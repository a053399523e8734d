#!/usr/bin/env python3
"""Draws what the bench of event logs printed: how many times as fast as evtx_dump each way is.

    cargo bench --bench evtx -- --threads 1 --peer PATH | tee ratios.txt
    python3 benches/picture.py < ratios.txt > benches/ratios.svg

Only lines of one thread are drawn, and of them the ways that the peer has, too. It needs nothing but Python.
"""

import re
import sys
from html import escape

LINE = re.compile(r"^(?P<log>\S+) 1 (?P<way>\S+) .*? (?P<ratio>[\d.]+) x peer,")
WAYS = {
    "checksums": "reading and checksums alone",
    "filter": "events with a filter on the id",
    "analyze": "the whole analyze",
    "events": "events of everything, as JSON lines",
    "peer": "evtx_dump, as JSON lines",
}
WIDTH, LEFT, RIGHT, ROW, HEAD = 720, 240, 60, 22, 34

STYLE = """
text { font: 13px sans-serif; fill: #1f2328 }
.log { font-weight: bold }
.bar { fill: #2f6f9f } .peer { fill: #8a8f98 } .limit { fill: #b9c4d0 }
.one { stroke: #8a8f98; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .bar { fill: #5aa2d6 } .limit { fill: #3d4a58 }
}
"""


def read(lines):
    """The ratios of each log, in the order of WAYS."""
    logs = {}
    for line in lines:
        match = LINE.match(line)
        if match and match["way"] in WAYS:
            logs.setdefault(match["log"], {})[match["way"]] = float(match["ratio"])
    return logs


def draw(logs):
    """The picture: a group of bars for each log, all on one scale."""
    most = max(ratio for ways in logs.values() for ratio in ways.values())
    scale = (WIDTH - LEFT - RIGHT) / most
    parts, y = [], 6
    for log, ways in logs.items():
        parts.append(f'<text class="log" x="4" y="{y + 18}">{escape(log)}</text>')
        y += HEAD
        top = y
        for way, title in WAYS.items():
            if way not in ways:
                continue
            ratio = ways[way]
            kind = {"peer": "peer", "checksums": "limit"}.get(way, "bar")
            parts.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{title}</text>')
            parts.append(
                f'<rect class="{kind}" x="{LEFT}" y="{y + 2}" width="{ratio * scale:.1f}" height="{ROW - 6}"/>'
            )
            parts.append(f'<text x="{LEFT + ratio * scale + 6:.1f}" y="{y + 14}">{ratio:.1f}</text>')
            y += ROW
        one = LEFT + scale
        parts.append(f'<path class="one" d="M{one:.1f} {top}V{y}"/>')
        y += 8
    title = "Times as fast as evtx_dump, by processor time, one thread"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 26}" role="img">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            *parts,
            f'<text x="4" y="{y + 16}">{title}</text>',
            "</svg>",
        ]
    )


def main():
    logs = read(sys.stdin)
    if not logs:
        sys.exit("no line of the bench has a ratio to the peer: give it --peer PATH")
    print(draw(logs))


if __name__ == "__main__":
    main()
