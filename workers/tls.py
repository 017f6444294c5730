"""Gunicorn's threads over TLS."""

from ssl import SSLError
from typing import Any

from gunicorn.workers.gthread import _DEFER

from workers import threads

PATIENCE_SECONDS = 0.2


class Worker(threads.Worker):
    """Lets a connection that says nothing wait in the poller, before and after its handshake.

    Browsers shake hands ahead of need and then keep silent; gunicorn would let a thread wait for
    each of them, so a few phones could keep everybody out. A phone that does not trust the
    certificate hangs up in the middle: that is nothing for the log.
    """

    def handle(self, conn: Any) -> Any:
        """Answer one request, or put the connection back until it has something to say."""
        if not conn.initialized:
            if not conn.wait_for_data(PATIENCE_SECONDS):
                return _DEFER
            try:
                conn.init()
            except (SSLError, OSError):
                return False
            conn.data_ready = False
            if not conn.sock.pending() and not conn.wait_for_data(PATIENCE_SECONDS):
                return _DEFER
        return super().handle(conn)
