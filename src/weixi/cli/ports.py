"""Ports of this machine."""

import socket

from weixi.core.errors import RuleBroken

TRIED = 20


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Asked before serving: the server itself would share a port that another one holds."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """The wanted port, or the next that nobody holds."""
    for port in range(wanted, min(wanted + TRIED, 65_536)):
        if is_free(port):
            return port
    raise RuleBroken(f"Ports {wanted} to {wanted + TRIED - 1} are taken: give another --port.")
