"""
The soft IOC of EPICS Base: loads the databases given as arguments, then takes commands of the IOC shell from standard input, each after
an id of its own. What a command prints is framed by lines with that id.
"""
import ctypes
import sys

from epicscorelibs.ioc import ioc, start_ioc

libc = ctypes.CDLL(None)


def say(*words):
    libc.fflush(None)
    print(*words, flush=True)


start_ioc(dbs=[(path, "") for path in sys.argv[1:]])
say("@running")
for line in sys.stdin:
    number, command = line.rstrip("\n").split(" ", 1)
    say("@begin", number)
    status = ioc(command)
    say("@end", number, status)
