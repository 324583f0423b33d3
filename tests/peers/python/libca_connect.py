"""
libca connects to all names of a file, one a line, at once, as a gateway or an archiver does when it starts. Ends when all are connected or
after so many seconds, with a line of JSON: how many are, and how long the last one took.
  libca_connect.py FILE SECONDS
"""
import ctypes
import json
import os
import sys
import time

import epicscorelibs.path.pyepics  # noqa: F401  tells pyepics where libca is
from epics import ca

CA_OP_CONN_UP = 6


class ConnectionEvent(ctypes.Structure):
    _fields_ = [("chid", ctypes.c_void_p), ("op", ctypes.c_long)]


with open(sys.argv[1], encoding="latin-1") as file:
    names = file.read().split()

connected = 0
connected_at = time.monotonic()


@ctypes.CFUNCTYPE(None, ConnectionEvent)
def changed(event):
    global connected, connected_at
    if event.op == CA_OP_CONN_UP:
        connected += 1
        connected_at = time.monotonic()


ca.PREEMPTIVE_CALLBACK = False
libca = ca.initialize_libca()
began = time.monotonic()
for name in names:
    chid = ctypes.c_void_p()
    libca.ca_create_channel(name.encode("latin-1"), changed, None, 0, ctypes.byref(chid))
libca.ca_flush_io()
deadline = began + float(sys.argv[2])
while connected < len(names) and time.monotonic() < deadline:
    libca.ca_pend_event(ctypes.c_double(0.05))
print(json.dumps({"connected": connected, "seconds": connected_at - began}), flush=True)
os._exit(0)  # taking down so many channels one by one is of no use
