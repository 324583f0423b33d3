"""The peer of `decode`: caproto's decoder on the same datagrams. Prints how many names it found, and in which time."""

import json
import pathlib
import sys
import time

import caproto
from caproto._commands import read_datagram

folder = pathlib.Path(sys.argv[1])
data = (folder / "datagrams").read_bytes()
offsets = json.loads((folder / "offsets").read_text())
datagrams = [data[begin:end] for begin, end in zip(offsets, offsets[1:])]
client = ("10.7.0.1", 40000)

begin = time.perf_counter()
names = 0
for datagram in datagrams:
    for command in read_datagram(datagram, client, caproto.CLIENT):
        if isinstance(command, caproto.SearchRequest):
            names += 1
print(json.dumps({"names": names, "seconds": time.perf_counter() - begin}))
