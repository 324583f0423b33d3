"""The caRepeater of EPICS Base. It ends with its standard input."""
import ctypes
import os
import sys
import threading

from epicscorelibs.path import get_lib

ctypes.CDLL(get_lib("Com"), mode=ctypes.RTLD_GLOBAL)
libca = ctypes.CDLL(get_lib("ca"))
threading.Thread(target=libca.caRepeaterThread, args=(None,), daemon=True).start()
print("@running", flush=True)
sys.stdin.read()
os._exit(0)
