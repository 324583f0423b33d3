"""Records the beacons of real CA servers as the JSON trains beside this file.

Run it in a network namespace of its own, so that no packet leaves the machine:

    unshare -n sh -c 'ip link set lo up; .peers/bin/python tests/core/model/beacons/beacon-trains/record.py SCENARIO'

A step is [seconds to wait, action]; the actions are start, kill (SIGKILL), pause and run (iocPause, iocRun).
"""

import json
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

RSRV = "epicscorelibs 7.0.10 (RSRV)"
CAPROTO = "caproto 1.3.0"
TWICE = "127.0.0.1 127.0.0.2"

SCENARIOS = {
    "rsrv-kill-restart": (RSRV, 15, "127.0.0.1", [[0, "start"], [68, "kill"], [6, "start"], [40, "end"]]),
    "rsrv-lost-restart": (RSRV, 5, TWICE, [[0, "start"], [33, "kill"], [25, "start"], [33, "end"]]),
    "rsrv-pause": (RSRV, 15, "127.0.0.1", [[0, "start"], [70, "pause"], [20, "run"], [42, "end"]]),
    "rsrv-pause-long": (RSRV, 5, TWICE, [[0, "start"], [33, "pause"], [8, "run"], [32, "pause"], [30, "run"], [28, "end"]]),
    "rsrv-kill-in-ramp": (RSRV, 30, "127.0.0.1", [[0, "start"], [4, "kill"], [3, "start"], [4, "kill"], [3, "start"], [105, "end"]]),
    "caproto-kill-restart": (CAPROTO, 5, "127.0.0.1", [[0, "start"], [38, "kill"], [6, "start"], [34, "end"]]),
}

RSRV_SERVER = """
import sys
from epicscorelibs.ioc import ioc, start_ioc
start_ioc(database=sys.argv[1])
for line in sys.stdin:
    ioc(line.strip())
"""

CAPROTO_SERVER = """
from caproto.server import PVGroup, pvproperty, run
class Group(PVGroup):
    value = pvproperty(value=1)
run(Group(prefix="train:").pvdb, interfaces=["127.0.0.1"], log_pv_names=False)
"""


def start(kind, period, addresses, database):
    environment = {
        **os.environ,
        "EPICS_CAS_INTF_ADDR_LIST": "127.0.0.1",
        "EPICS_CAS_BEACON_ADDR_LIST": addresses,
        "EPICS_CAS_AUTO_BEACON_ADDR_LIST": "NO",
        "EPICS_CAS_BEACON_PERIOD": str(period),
    }
    program = RSRV_SERVER if kind == RSRV else CAPROTO_SERVER
    return subprocess.Popen(
        [sys.executable, "-u", "-c", program, database],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main(name):
    kind, period, addresses, steps = SCENARIOS[name]
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("0.0.0.0", 5065))
    began = time.time()
    beacons, actions, server = [], [], None

    def record_until(end):
        while (left := end - time.time()) > 0:
            if not select.select([receiver], [], [], left)[0]:
                continue
            data, _ = receiver.recvfrom(2048)
            at = round((time.time() - began) * 1000)
            command, _, _, port, sequence, _ = struct.unpack(">HHHHII", data[:16])
            if command == 13:
                beacons.append([at, sequence, port])

    with tempfile.NamedTemporaryFile("w", suffix=".db") as database:
        database.write('record(calc, "train:value") { }\n')
        database.flush()
        for wait, action in steps:
            record_until(time.time() + wait)
            actions.append([round((time.time() - began) * 1000), action])
            if action == "start":
                server = start(kind, period, addresses, database.name)
            elif action == "pause":
                server.stdin.write(b"iocPause\n")
                server.stdin.flush()
            elif action == "run":
                server.stdin.write(b"iocRun\n")
                server.stdin.flush()
            else:
                server.kill()
                server.wait()

    train = {
        "server": kind,
        "beaconPeriodSeconds": period,
        "beaconAddresses": addresses,
        "actions": actions,
        "beacons": beacons,
    }
    lines = [f'  "{key}": {json.dumps(value)}' for key, value in train.items()]
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


main(sys.argv[1])
