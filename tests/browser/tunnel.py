"""A line between browser and server that can be cut in the middle of a file."""

import contextlib
import socket
import threading


class Tunnel:
    """Hands everything on until ``most`` bytes went up at once; then nothing, until mended."""

    def __init__(self, bind: str, most: int) -> None:
        self.most, self.is_cut = most, False
        host, _, port = bind.partition(":")
        self.server = (host, int(port))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._open, daemon=True).start()

    def mend(self) -> None:
        """Hand everything on from now."""
        self.most, self.is_cut = 1 << 40, False

    def close(self) -> None:
        """Let nobody in any more."""
        self.door.close()

    def _open(self) -> None:
        while True:
            try:
                phone, _ = self.door.accept()
            except OSError:
                return
            if self.is_cut:
                phone.close()
                continue
            far = socket.create_connection(self.server)
            for near, other, is_up in ((phone, far, True), (far, phone, False)):
                carry = threading.Thread(target=self._carry, args=(near, other, is_up))
                carry.daemon = True
                carry.start()

    def _carry(self, near: socket.socket, other: socket.socket, is_up: bool) -> None:
        carried = 0
        try:
            while chunk := near.recv(16384):
                carried += len(chunk)
                self.is_cut |= is_up and carried > self.most
                if self.is_cut:
                    break
                other.sendall(chunk)
        except OSError:
            pass
        for line in (near, other):
            self._hang_up(line)

    @staticmethod
    def _hang_up(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
