"""Serves ministack on the port that is named, each answer in one piece.

By itself its server sends the head of an answer first and the body a moment later. A provider that is slow to
notice that its request is sent loses what comes in between (its SDK closes the request's body when the head is
there, its transport then fails the connection), and the SDK repeats a creation that took place. AWS knows such a
repetition by its client token; the emulator refuses it as a duplicate.
"""

import asyncio
import sys

import h11
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol
from ministack.app import app


async def in_one_piece(self, event):
    try:
        data = self.connection.send(event)
    except h11.LocalProtocolError:
        if self.connection.their_state != h11.ERROR:
            raise
        return
    self.held = getattr(self, "held", b"") + (data or b"")
    if self.held and not isinstance(event, h11.Response):
        held, self.held = self.held, b""
        await self.send(RawData(data=held))


H11Protocol._send_h11_event = in_one_piece
config = Config()
config.bind = [f"127.0.0.1:{sys.argv[1]}"]
config.keep_alive_timeout = 3600
asyncio.run(serve(app, config))
