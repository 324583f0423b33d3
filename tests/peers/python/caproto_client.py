"""Reads PVs by caproto's client, without a repeater. The arguments are a time-out in seconds and names; prints one JSON object."""
import json
import sys

import caproto as ca
from caproto.sync.client import read

timeout, *names = sys.argv[1:]
values = {}
for name in names:
    try:
        response = read(name, timeout=float(timeout), repeater=False)
    except (TimeoutError, ca.CaprotoError):
        values[name] = None
    else:
        values[name] = [v.decode("latin-1") if isinstance(v, bytes) else v for v in list(response.data)]
print(json.dumps(values, default=lambda number: number.item()))
