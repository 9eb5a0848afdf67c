"""Talks to the service manager over its notify socket; silent where there is none."""

import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


class SystemdNotifier:
    """`ports.Notifier` on NOTIFY_SOCKET, as sd_notify(3) describes it."""

    def __init__(
        self, environment: Mapping[str, str] = os.environ, *, monotonic_usec: Callable[[], int] | None = None
    ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        usec = environment.get("WATCHDOG_USEC", "")
        pid = environment.get("WATCHDOG_PID", "")
        mine = not pid or pid == str(os.getpid())
        self._interval = int(usec) / 1_000_000 if usec.isdigit() and int(usec) > 0 and mine else None
        self._monotonic_usec = monotonic_usec

    @property
    def watchdog_interval_s(self) -> float | None:
        """How often the manager wants a sign of life, seconds; None when it does not watch."""
        return self._interval

    def ready(self, status: str) -> None:
        """On duty."""
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """Reading the files again; `ready` ends it."""
        stamp = f"\nMONOTONIC_USEC={self._monotonic_usec()}" if self._monotonic_usec else ""
        self._send(f"RELOADING=1{stamp}")

    def stopping(self, status: str) -> None:
        """Going off duty."""
        self._send(f"STOPPING=1\nSTATUS={_line(status)}")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send(f"STATUS={_line(text)}")

    def watchdog(self) -> None:
        """A sign of life."""
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.connect(address)
                sock.sendall(message.encode())
        except OSError as error:
            log.warning("the service manager does not listen: %s", error, extra={"action": "notify_failed"})


def _line(text: str) -> str:
    return " ".join(text.split())
