"""Runs a program under the system call filter of a systemd unit: unit_filter.py <unit> <program> [argument ...]"""
import ctypes
import errno
import os
import subprocess
import sys

SCMP_ACT_ALLOW = 0x7FFF0000
SCMP_ACT_ERRNO = 0x00050000
# What systemd adds to each list of what is allowed.
ALWAYS = "@default"


def settings(unit, name):
    with open(unit, encoding="utf-8") as lines:
        return [line.strip().split("=", 1)[1] for line in lines if line.startswith(f"{name}=")]


def calls(names):
    """The system calls of a list in which there are groups."""
    found = set()
    for name in names:
        if not name.startswith("@"):
            found.add(name)
            continue
        listed = subprocess.run(
            ["systemd-analyze", "--no-pager", "syscall-filter", name], check=True, capture_output=True, text=True
        ).stdout.split("\n")
        members = [line.strip() for line in listed[1:]]
        found |= calls([member for member in members if member and not member.startswith("#")])
    return found


def allowed(unit):
    """Of a unit whose first line says what is allowed, as systemd.exec(5) has it."""
    filters = settings(unit, "SystemCallFilter")
    assert filters and not filters[0].startswith("~"), f"{unit} has no list of what is allowed"
    found = calls([ALWAYS])
    for line in filters:
        if line.startswith("~"):
            found -= calls(line[1:].split())
        else:
            found |= calls(line.split())
    return found


def load(names, refusal):
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(SCMP_ACT_ERRNO | refusal)))
    for name in names:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        # Those of other processors are below zero.
        if number >= 0:
            fault = seccomp.seccomp_rule_add(context, ctypes.c_uint32(SCMP_ACT_ALLOW), number, 0)
            assert fault == 0, f"{name}: {os.strerror(-fault)}"
    fault = seccomp.seccomp_load(context)
    assert fault == 0, os.strerror(-fault)


unit, *command = sys.argv[1:]
[refusal] = settings(unit, "SystemCallErrorNumber")
load(allowed(unit), getattr(errno, refusal))
os.execvp(command[0], command)
