"""
Sends datagrams at a steady rate, or as fast as it can: what is due every millisecond, by one call. The argument is a JSON object:
  file        datagrams one after the other, each behind its length in two bytes
  from        local addresses that they come from: each has its part of the file
  to, port    where they go
A command on standard input is "NUMBER COUNT PER_SECOND": so many datagrams, going on after the last one of before; PER_SECOND 0 means
without a pause. It prints "@running", and for each command "@sent NUMBER SECONDS CPU_SECONDS".
"""
import ctypes
import json
import os
import socket
import sys
import time

BURST_SECONDS = 0.001
MAX_BURST = 128

libc = ctypes.CDLL(None, use_errno=True)


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Header(ctypes.Structure):
    """struct msghdr"""

    _fields_ = [
        ("name", ctypes.c_void_p), ("name_length", ctypes.c_uint32), ("iovec", ctypes.c_void_p), ("iovecs", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int),
    ]


class Message(ctypes.Structure):
    """struct mmsghdr"""

    _fields_ = [("header", Header), ("sent", ctypes.c_uint)]


def messages_in(content):
    """One for each datagram; the content has to stay where it is."""
    begin = ctypes.addressof(content)
    places = []
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at:at + 2], "big")
        places.append((begin + at + 2, length))
        at += 2 + length
    iovecs = (Iovec * len(places))(*places)
    messages = (Message * len(places))()
    for number, message in enumerate(messages):
        message.header.iovec = ctypes.addressof(iovecs) + number * ctypes.sizeof(Iovec)
        message.header.iovecs = 1
    return messages, iovecs


def open_socket(address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.bind((address, 0))
    sock.connect((options["to"], options["port"]))
    return sock


def send(descriptor, first, count):
    """Answers how many were sent."""
    sent = libc.sendmmsg(descriptor, ctypes.byref(messages, first * ctypes.sizeof(Message)), count, 0)
    if sent < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return sent


def send_all(count, per_second):
    global place
    begin = time.monotonic()
    sent = 0
    while sent < count:
        due = count if per_second == 0 else min(count, int((time.monotonic() - begin) * per_second))
        if due <= sent:
            time.sleep(BURST_SECONDS)
            continue
        owner = place // share
        burst = min(due - sent, MAX_BURST, (owner + 1) * share - place, len(messages) - place)
        done = send(sockets[owner].fileno(), place, burst)
        sent += done
        place = (place + done) % len(messages)
    return time.monotonic() - begin


options = json.loads(sys.argv[1])
with open(options["file"], "rb") as file:
    data = file.read()
content = (ctypes.c_char * len(data)).from_buffer_copy(data)
messages, iovecs = messages_in(content)
sockets = [open_socket(address) for address in options["from"]]
share = -(-len(messages) // len(sockets))
place = 0
print("@running", flush=True)
for line in sys.stdin:
    number, count, per_second = map(int, line.split())
    before = time.process_time()
    seconds = send_all(count, per_second)
    print("@sent", number, seconds, time.process_time() - before, flush=True)
