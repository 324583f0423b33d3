"""
An application that sends heartbeats as the site's IOCs do, versions 1.1, 2.0 and 3.0, and takes commands on the socket that it sends from.
Nothing that it puts into its JSON is escaped, as in the original. The argument is a JSON object; every key is optional:
  version     "1.1", "2.0" or "3.0"
  to          address that heartbeats go to
  from        local address that they come from
  period      seconds between two
  sp, pid     TCP port of the CA server, process id; its own without
  cwd, img, stcmd
  names       how many PVs it lists
  prefix      of their names
  lose        every n-th command gets no reply, 0 for none
  wrong       every n-th command is answered with a wrong handle, a wrong offset and garbage instead
  overlong    process lines longer than this are ERROR
Commands on standard input: "restart" (another pid, the sequence from the beginning), "look" (make the process map anew, as when
somebody else asks for its first line), "set KEY JSON".
It prints "@list OFFSET" and "@netstat OFFSET" for each command that it accepts, "@refused" for one with a counter too old.
"""
import json
import os
import random
import select
import socket
import struct
import sys
import time

LIST_PVS, NETSTAT, LOG_ON, LOG_OFF = 0x4DA3B921, 0x7F201C3B, 0xD58E309A, 0x73DFE830
PORT = 5066
NAMES_A_PAGE = 10

options = {
    "version": "2.0", "to": "255.255.255.255", "from": "", "period": 30, "sp": 5064, "pid": os.getpid(), "cwd": os.getcwd(),
    "img": "Unknown", "stcmd": "Unknown", "names": 0, "prefix": "HB", "lose": 0, "wrong": 0, "overlong": 1000,
    **json.loads(sys.argv[1]),
}
started = time.time()
sequence = 0 if options["version"] == "3.0" else 1
# The sequence of the heartbeat sent last, which commands are measured by.
current = sequence
commands = 0
names = []
lines = []
build = 0

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sock.bind((options["from"], 0))


def say(*words):
    print(*words, flush=True)


def send_heartbeat():
    global sequence, current
    fields = {
        "seq": sequence, "sp": options["sp"], "up": int(time.time() - started), "cur": int(time.time()), "pid": options["pid"],
        "cwd": options["cwd"], "ver": options["version"], "img": options["img"], "stcmd": options["stcmd"],
    }
    message = "{" + ",".join(f'"{key}":"{value}"' for key, value in fields.items()) + "}"
    sock.sendto(message.encode(), (options["to"], PORT))
    current = sequence
    sequence += 1


def read(path):
    with open(path, "rb") as file:
        return file.read().replace(b"\0", b" ").decode("latin-1").strip()


def pids_here():
    """Processes of this host, which is a network namespace."""
    here = os.readlink("/proc/self/ns/net")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/net") == here:
                yield pid
        except OSError:
            pass


def process_lines():
    for protocol in "tcp", "udp":
        for line in read(f"/proc/net/{protocol}").splitlines():
            yield f"{protocol}: {' '.join(line.split())}"
    for pid in pids_here():
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                target = os.readlink(f"/proc/{pid}/fd/{fd}")
                if target.startswith("socket:"):
                    yield f"pid: {pid} {target}"
            yield f"pid: {pid} cmdline: {read(f'/proc/{pid}/cmdline')}"
            yield f"pid: {pid} cwd: {os.readlink(f'/proc/{pid}/cwd')}"
        except OSError as error:
            yield f"pid: {pid} {error.strerror}"


def list_reply(offset, handle):
    global names
    if options["version"] == "3.0":
        return json.dumps({"handle": handle, "offset": offset, "pvs": [], "total": 0})
    if offset == 0:
        names = [f"{options['prefix']}:pv{i:05d}" for i in range(options["names"])]
    page = ",".join(f'"{name}"' for name in names[offset:offset + NAMES_A_PAGE])
    return f'{{"handle":"{handle}","offset":"{offset}","pvs":[{page}],"total":"{len(names)}"}}'


def netstat_reply(offset, handle):
    global lines, build
    if offset == 0:
        build += 1
        lines = [f"build: {build}", *process_lines()]
    line = lines[offset] if offset < len(lines) else "__NONE__"
    said = '"ERROR"' if len(line) > options["overlong"] else f'"l":"{line}"'
    return f'{{"h":"{handle}","o":"{offset}","b":"{build}",{said}}}'


def answer(datagram, sender):
    global commands
    if len(datagram) != 16:
        return
    command, counter, offset, handle = struct.unpack(">4I", datagram)
    old = options["version"] == "3.0"
    if not old and (current - counter) & 0xFFFFFFFF > 1:
        say("@refused", current, counter)
        return
    if command == LIST_PVS:
        say("@list", offset)
        reply = list_reply
    elif command == NETSTAT and options["version"] == "2.0":
        say("@netstat", offset)
        reply = netstat_reply
    else:
        return
    commands += 1
    if options["lose"] and commands % options["lose"] == 0:
        return
    if options["wrong"] and commands % options["wrong"] == 0:
        for text in reply(offset, handle ^ 1), reply(offset + NAMES_A_PAGE, handle), '{"handle":', "[" * 600:
            sock.sendto(text.encode("latin-1"), sender)
        return
    sock.sendto(reply(offset, handle).encode("latin-1"), sender)


def obey(line):
    global sequence, started
    word, *rest = line.split(" ", 2)
    if word == "restart":
        options["pid"] = random.randint(100_000, 1_000_000)
        started = time.time()
        sequence = 0 if options["version"] == "3.0" else 1
        send_heartbeat()
    elif word == "look":
        netstat_reply(0, 0)
    elif word == "set":
        options[rest[0]] = json.loads(rest[1])
    say("@done")


# Unbuffered: select() sees what has come, and not what Python has read ahead.
orders = os.fdopen(0, "rb", buffering=0)
say("@running", sock.getsockname()[1])
due = time.monotonic()
while True:
    if time.monotonic() >= due:
        send_heartbeat()
        due += options["period"]
    ready, _, _ = select.select([sock, orders], [], [], max(0, due - time.monotonic()))
    if sock in ready:
        answer(*sock.recvfrom(2048))
    if orders in ready:
        line = orders.readline()
        if not line:
            break
        obey(line.decode().strip())
