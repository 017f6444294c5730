"""A line between browser and server that can be cut in the middle of a file."""

import socket
import threading


class Tunnel:
    """Hands everything on; a connection on which more than ``most`` bytes went up is cut, once."""

    def __init__(self, bind: str, most: int) -> None:
        self.most, self.has_cut = most, False
        host, _, port = bind.partition(":")
        self.server = (host, int(port))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self.door.close()

    def _open(self) -> None:
        while True:
            try:
                phone, _ = self.door.accept()
            except OSError:
                return
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
                if is_up and carried > self.most and not self.has_cut:
                    self.has_cut = True
                    break
                other.sendall(chunk)
        except OSError:
            pass
        for line in (near, other):
            self._hang_up(line)

    @staticmethod
    def _hang_up(line: socket.socket) -> None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        line.close()
