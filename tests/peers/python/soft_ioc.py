"""
The soft IOC of EPICS Base. The arguments are a database and, if there is one, an access security file. It takes commands of the IOC shell
from standard input, each after an id of its own. What a command prints is framed by lines with that id.
"""
import ctypes
import sys

from epicscorelibs.ioc import dbCore, ioc, start_ioc

libc = ctypes.CDLL(None)


def say(*words):
    libc.fflush(None)
    print(*words, flush=True)


database, *security = sys.argv[1:]
for path in security:
    dbCore.asSetFilename(path.encode())
start_ioc(database)
say("@running")
for line in sys.stdin:
    number, command = line.rstrip("\n").split(" ", 1)
    say("@begin", number)
    status = ioc(command)
    say("@end", number, status)
