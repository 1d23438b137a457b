"""A bad network between two namespaces: delay, jitter, loss, a narrow way, a black hole; for kernels without netem.

:class:`Network` is the test's side. Run as a program, this file is the relay between two TUN devices, one in the
namespace it was started in and one in a namespace of its own, which ends with it.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_CLONE_NEWNET = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


@dataclass(frozen=True, slots=True)
class Way:
    """How one direction treats packets."""

    delay: float = 0.0
    """seconds"""
    jitter: float = 0.0
    """standard deviation of the delay, seconds; order is kept"""
    loss: float = 0.0
    """share of packets"""
    rate: float = 0.0
    """bits per second, 0 for no limit"""
    queue: float = 0.25
    """seconds that a packet may wait for its turn before it is dropped instead"""
    down: bool = False


class Network:
    """``inside`` is the far end's address, to which the way is bad; ``aside`` reaches the same servers undisturbed."""

    def __init__(self, process: subprocess.Popen[bytes], number: int) -> None:
        self._process = process
        self.inside, self.aside = f"10.88.{number}.2", f"10.89.{number}.2"

    def set(self, direction: str = "both", **way: Any) -> None:
        """``direction``: ``out`` (towards the far end), ``back`` or ``both``. What is not named is as in :class:`Way`."""
        self._ask({"direction": direction, "way": way})

    def lost(self) -> int:
        """Packets dropped so far, both ways."""
        return int(self._ask({})["lost"])

    def within(self) -> list[str]:
        """What to put before a command that runs at the far end."""
        return ["nsenter", f"--net=/proc/{self._process.pid}/ns/net"]

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def why_not() -> str:
    """Why there can be no such network here, or nothing."""
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun"
    return "" if os.geteuid() == 0 else "network namespaces need root"


@contextmanager
def network(which: int = 0) -> Iterator[Network]:
    """``which``: another number for each that a process has at a time."""
    number = (os.getpid() * 4 + which) % 250 + 1
    process = subprocess.Popen([sys.executable, __file__, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "the relay did not start"
        yield Network(process, number)
    finally:
        process.kill()
        process.wait()


@dataclass
class _Direction:
    """One way from TUN to TUN."""

    out: int
    way: Way = field(default_factory=Way)
    random: random.Random = field(default_factory=lambda: random.Random(1))
    free_at: float = 0.0
    last: float = 0.0
    lost: int = 0

    def leaves_at(self, size: int, now: float) -> float | None:
        """When a packet comes out at the other end; None if it does not."""
        way = self.way
        if way.down or (way.loss and self.random.random() < way.loss):
            self.lost += 1
            return None
        at = now
        if way.rate:
            if self.free_at - now > way.queue:
                self.lost += 1
                return None
            at = self.free_at = max(self.free_at, now) + size * 8 / way.rate
        at += max(0.0, way.delay + (self.random.gauss(0, way.jitter) if way.jitter else 0.0))
        self.last = max(at, self.last)
        return self.last


def _tun(name: str, address: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    _ip("addr", "add", address, "dev", name)
    _ip("link", "set", name, "up")
    return device


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _relay(number: int) -> None:
    near = _tun(f"anchor{number}a", f"10.88.{number}.1/24")
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    _ip("link", "set", "lo", "up")
    far = _tun(f"anchor{number}b", f"10.88.{number}.2/24")
    # the undisturbed way: a pair of devices made here, one end of which goes home
    near_name, far_name = f"aside{number}a", f"aside{number}b"
    _ip("link", "add", near_name, "type", "veth", "peer", "name", far_name)
    _ip("addr", "add", f"10.89.{number}.2/24", "dev", far_name)
    _ip("link", "set", far_name, "up")
    subprocess.run(["ip", "link", "set", near_name, "netns", str(os.getppid())], check=True)
    away = os.open("/proc/self/ns/net", os.O_RDONLY)
    libc.setns(home, _CLONE_NEWNET)
    _ip("addr", "add", f"10.89.{number}.1/24", "dev", near_name)
    _ip("link", "set", near_name, "up")
    libc.setns(away, _CLONE_NEWNET)  # /proc/PID/ns/net is what servers enter
    _pump({near: _Direction(far), far: _Direction(near)}, near)


def _pump(ways: dict[int, _Direction], near: int) -> None:
    waiting: list[tuple[float, int, int, bytes]] = []
    count = 0
    poll = select.epoll()
    for source in (*ways, 0):
        poll.register(source, select.EPOLLIN)
    print("ready", flush=True)
    while True:
        patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
        for source, _ in poll.poll(patience):
            if source == 0:
                line = sys.stdin.buffer.readline()
                if not line:
                    return
                _obey(json.loads(line), ways, near)
                continue
            now = time.monotonic()
            for _ in range(64):
                try:
                    packet = os.read(source, 2048)
                except BlockingIOError:
                    break
                at = ways[source].leaves_at(len(packet), now)
                if at is not None:
                    count += 1
                    heapq.heappush(waiting, (at, count, ways[source].out, packet))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, out, packet = heapq.heappop(waiting)
            with suppress(OSError):
                os.write(out, packet)


def _obey(order: dict[str, Any], ways: dict[int, _Direction], near: int) -> None:
    if "way" in order:
        for source, direction in ways.items():
            if order["direction"] in ("both", "out" if source == near else "back"):
                direction.way = replace(Way(), **order["way"])
    print(json.dumps({"lost": sum(direction.lost for direction in ways.values())}), flush=True)


if __name__ == "__main__":
    _relay(int(sys.argv[1]))
