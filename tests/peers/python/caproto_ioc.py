"""
An IOC of caproto. The first line of standard input is JSON: a list of PVs, each {"name", "kind", "value"} and what else the channel type
of caproto takes.
"""
import json
import sys

import caproto as ca
from caproto.asyncio.server import run

KINDS = {
    "byte": ca.ChannelByte,
    "char": ca.ChannelChar,
    "double": ca.ChannelDouble,
    "enum": ca.ChannelEnum,
    "float": ca.ChannelFloat,
    "integer": ca.ChannelInteger,
    "short": ca.ChannelShort,
    "string": ca.ChannelString,
}


async def started(async_lib):
    print("@running", flush=True)


def channel(kind, **options):
    return KINDS[kind](**options)


records = json.loads(sys.stdin.readline())
run({record.pop("name"): channel(**record) for record in records}, startup_hook=started)
