"""A real mail server that keeps what it is handed."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """``letters`` in the order in which they came; ``address`` is for YANPIAO_SMTP."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.address = ""

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        """Take one letter."""
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 kept"


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """Serve on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.address = f"smtp://127.0.0.1:{port}"
    yield box
    server.stop()
