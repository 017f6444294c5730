"""Gunicorn's threads, which send nobody away who stands at the door when they are told to stop."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):  # type: ignore[misc]
    """Told to stop, takes in whoever is connected already, shuts the door, and answers them all.

    Gunicorn leaves its door open until what it has in hand has ended, and takes nobody in: what
    they asked meanwhile is never answered. Who finds the door shut knows that nothing was done.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Let people in, or let them wait."""
        super().set_accept_enabled(enabled and self.alive)
        while not self.alive and self.sockets:
            self._shut(self.sockets.pop())

    def _shut(self, listener: Any) -> None:
        taken = -1
        while taken < self.nr_conns:
            taken = self.nr_conns
            self.accept(listener)
        listener.close()
