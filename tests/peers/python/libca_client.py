"""
A client of libca, the Channel Access client of EPICS Base, by way of pyepics. Takes requests from standard input, one JSON object a line
with an "id", and answers each by a line "@reply <id> <JSON>". Channels, once used, stay open, as in any client.
"""
import ctypes
import json
import math
import os
import sys
import time

os.environ["PYTHONIOENCODING"] = "latin-1"  # what pyepics reads texts as

import epicscorelibs.path.pyepics  # noqa: F401  tells pyepics where libca is
from epics import ca

channels = {}
monitors = {}


def plain(value):
    """JSON knows no bytes, no arrays of numpy's and no numbers that are not finite."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if isinstance(value, (list, tuple)):
        return [plain(element) for element in value]
    return value


def connect(names, timeout):
    """The channels that are connected in time, all asked for at once."""
    for name in names:
        if name not in channels:
            channels[name] = ca.create_channel(name, connect=False)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and not all(ca.isConnected(channels[name]) for name in names):
        ca.poll(0.01)
    return {name: channels[name] for name in names if ca.isConnected(channels[name])}


def type_name(field_type):
    """As libca spells it; its table begins with a word for -1."""
    return (ctypes.c_char_p * 9).in_dll(ca.libca, "dbf_text")[field_type + 1].decode()


def info(names, timeout):
    """What `cainfo` tells."""
    connected = connect(names, timeout)
    return {
        name: {
            "state": "connected",
            "host": ca.host_name(chid),
            "access": {"read": bool(ca.read_access(chid)), "write": bool(ca.write_access(chid))},
            "nativeType": type_name(ca.field_type(chid)),
            "elementCount": ca.element_count(chid),
        }
        if (chid := connected.get(name)) is not None
        else {"state": "never connected"}
        for name in names
    }


def get(names, timeout, family="native", count=None):
    """Values with what comes with them, as `caget` shows them. Names that do not connect are left out."""
    result = {}
    for name, chid in connect(names, timeout).items():
        ftype = ca.promote_type(chid, use_time=family == "time", use_ctrl=family == "ctrl")
        data = ca.get_with_metadata(chid, ftype=ftype, count=count, timeout=timeout)
        result[name] = data and {key: plain(value) for key, value in data.items()}
    return result


def put(name, value, timeout):
    (chid,) = connect([name], timeout).values()
    return ca.put(chid, value, wait=True, timeout=timeout) == 1


def monitor(names):
    """Subscribes to names as they connect, now or later; returns at once."""

    def update(pvname, value, **_):
        monitors[pvname]["updates"] += 1
        monitors[pvname]["value"] = plain(value)

    def connected(pvname, chid, conn):
        monitors[pvname]["connected"] = conn
        if conn and "subscription" not in monitors[pvname]:
            monitors[pvname]["subscription"] = ca.create_subscription(chid, callback=update)

    for name in names:
        monitors[name] = {"connected": False, "updates": 0, "value": None}
        channels[name] = ca.create_channel(name, connect=False, callback=connected)
    return len(names)


def watched():
    """What the monitors have seen until now."""
    return {
        name: {key: seen[key] for key in ("connected", "updates", "value")} for name, seen in monitors.items()
    }


REQUESTS = {"info": info, "get": get, "put": put, "monitor": monitor, "watched": watched}

ca.initialize_libca()
print("@running", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    number, what = request.pop("id"), request.pop("request")
    try:
        reply = {"result": REQUESTS[what](**request)}
    except Exception as error:  # whatever it is, the test shall read it
        reply = {"error": f"{type(error).__name__}: {error}"}
    print("@reply", number, json.dumps(reply), flush=True)
