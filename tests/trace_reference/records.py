"""The records of traces as dissect.etl frames them: a line of JSON for each, and one with the path before those of each trace."""

import json
import sys

from dissect.etl import ETL

KERNEL = {"SystemHeader", "CompactSystemHeader", "PerfinfoTraceHeader"}
CLASSIC = {"EventTraceHeader", "EventInstanceGUIDHeader"}


def row(header):
    kind = type(header).__name__
    out = {
        "stamp": header.time_delta or 0,
        "process": getattr(header, "process_id", None),
        "thread": getattr(header, "thread_id", None),
        "payload": bytes(header.payload).hex(),
        "items": [],
    }
    if kind in KERNEL:
        out.update({"class": "Kernel", "id": header.hook_id, "provider": None})
    elif kind in CLASSIC:
        guid = header.provider_id.bytes_le.hex()
        out.update({"class": "Classic", "id": None, "provider": guid})
    elif kind == "EventHeader":
        # Of the identifier of a provider it swaps bytes, so these are taken as they are stored; extended data it looks for everywhere.
        guid = bytes(header.header.ProviderId).hex()
        out.update({"class": "Event", "id": header.descriptor.id, "provider": guid})
        if header.header.Flags & 1:
            out["items"] = [[int(item.ext_type), item.size] for item in header.header_extensions]
    elif kind == "MessageTraceHeader":
        guid = header.provider_id.bytes_le.hex() if header.provider_id else None
        out.update({"class": "Message", "id": header.id, "provider": guid})
    else:
        out.update({"class": kind, "id": None, "provider": None})
    return out


for path in sys.argv[1:]:
    print(json.dumps({"trace": path}))
    with open(path, "rb") as file:
        for record in ETL(file):
            print(json.dumps(row(record.header)))
