"""Real servers on free loopback ports, started by a test and stopped by pid."""

from __future__ import annotations

import atexit
import cmath
import math
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.netem import Network

NGINX = "/usr/sbin/nginx"


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def until(what: Callable[[], object], seconds: float = 20.0, every: float = 0.05) -> object:
    """Poll until ``what`` returns something true; fails the test otherwise."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            if value := what():
                return value
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {what}")


def listening(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as sock:
        sock.settimeout(0.5)
        return sock.connect_ex((host, port)) == 0


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 10) -> int:
    """End a process and return its code; killed if it does not listen."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return int(process.returncode)


class Nginx:
    """nginx-rtmp with one application ``live`` that records what it gets (``KEY.flv`` in ``folder``).

    The key ``forbidden`` is refused, by an on_publish hook. With ``beyond`` it is reached over a bad network.
    """

    def __init__(self, folder: Path, beyond: Network | None = None) -> None:
        self.folder = folder
        self.host, self.aside = (beyond.inside, beyond.aside) if beyond else ("127.0.0.1", "127.0.0.1")
        self._prefix = beyond.within() if beyond else []
        self.port, self.http = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"""load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
{user}
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log info;
events {{ worker_connections 128; }}
rtmp {{ server {{ listen {self.host}:{self.port}; chunk_size 4096; application live {{
  live on; record all; record_path {folder}; record_unique on; record_append off;
  notify_method get; on_publish http://{self.aside}:{self.http}/publish; }} }} }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen {self.aside}:{self.http}; location /stat {{ rtmp_stat all; }}
    location /publish {{ if ($arg_name = forbidden) {{ return 403; }} return 200; }} }} }}
"""
        )

    def start(self) -> Nginx:
        command = [*self._prefix, NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until(lambda: listening(self.port, self.host) and listening(self.http, self.aside))
        return self

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            stop(self.process, number)
            self.process = None

    def url(self, key: str) -> str:
        return f"rtmp://{self.host}:{self.port}/live/{key}"

    def publishing(self) -> set[str]:
        """The keys that are being published now."""
        with urllib.request.urlopen(f"http://{self.aside}:{self.http}/stat", timeout=5) as answer:
            text = answer.read().decode()
        return {
            m[1]
            for m in re.finditer(r"<stream>\s*<name>([^<]*)</name>(.*?)</stream>", text, re.S)
            if "<publishing/>" in m[2]
        }

    def recordings(self, key: str) -> list[Path]:
        """What was recorded under a key, oldest first."""
        return sorted(self.folder.glob(f"{key}-*.flv"), key=lambda p: p.stat().st_mtime)


@contextmanager
def nginx() -> Iterator[Nginx]:
    with tempfile.TemporaryDirectory(prefix="nginx-") as folder:
        server = Nginx(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop()


class SrtListener:
    """srt-live-transmit that writes what it receives to a file, over and over."""

    def __init__(self, out: Path, passphrase: str = "", beyond: Network | None = None, host: str = "127.0.0.1") -> None:
        self.out, self._passphrase = out, passphrase
        self.host = beyond.inside if beyond else host
        self._prefix = beyond.within() if beyond else []
        self.port = free_port(socket.SOCK_DGRAM)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def start(self) -> SrtListener:
        query = "mode=listener&latency=120" + (
            f"&passphrase={self._passphrase}&enforcedencryption=1" * bool(self._passphrase)
        )
        with self.out.open("ab") as file:
            self.process = subprocess.Popen(
                [*self._prefix, "srt-live-transmit", "-q", "-a", "yes", "-chunk", "1316", f"srt://{self.address}?{query}",
                 "file://con"], stdout=file, stderr=subprocess.DEVNULL)  # fmt: skip
        atexit.register(self.stop)  # for a test that fails before it stops it
        time.sleep(0.3)
        assert self.process.poll() is None
        return self

    def stop(self, number: int = signal.SIGINT) -> None:
        if self.process is not None:
            stop(self.process, number, 3)
            self.process = None

    def url(self, options: str = "") -> str:
        return f"srt://{self.address}{'?' + options if options else ''}"


def needed() -> list[str]:
    """What the end-to-end tests need and this machine lacks."""
    lacking = [p for p in ("ffmpeg", "srt-live-transmit") if shutil.which(p) is None]
    if not Path(NGINX).exists() or not list(Path("/usr/lib/nginx/modules").glob("ngx_rtmp_module.so")):
        lacking.append("nginx with libnginx-mod-rtmp")
    return lacking


class Meter:
    """A relay in front of a port that notes when how many bytes came through towards it."""

    def __init__(self, behind: int) -> None:
        self.seen: list[tuple[float, int]] = []
        """monotonic seconds, bytes"""
        self._behind = behind
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._relay, daemon=True).start()

    def _relay(self) -> None:
        with suppress(OSError):
            front, _ = self._server.accept()
            with socket.create_connection(("127.0.0.1", self._behind)) as back:
                while True:
                    for sock in select.select([front, back], [], [])[0]:
                        data = sock.recv(65_536)
                        if not data:
                            front.close()
                            return
                        if sock is front:
                            self.seen.append((time.monotonic(), len(data)))
                        (back if sock is front else front).sendall(data)

    def windows(self, seconds: float, fps: int, skip: float = 4.0) -> list[float]:
        """Bits per second in windows of this length, one after the other, after the first ``skip`` seconds.

        Their boundaries are put midway between two ticks: on a tick, chance would count its bytes here or there.
        """
        turn = 2 * math.pi * fps
        phase = cmath.phase(sum(cmath.exp(1j * turn * at) for at, _ in self.seen)) / turn
        begin, last = self.seen[0][0] + skip, self.seen[-1][0]
        first = phase + (math.ceil((begin - phase) * fps) + 0.5) / fps
        count = int((last - first) / seconds)
        sums = [0.0] * count
        for at, size in self.seen:
            place = int((at - first) // seconds)
            if 0 <= place < count:
                sums[place] += size * 8 / seconds
        return sums

    def close(self) -> None:
        self._server.close()


class TlsProxy:
    """TLS in front of a plain port, with a certificate for ``localhost`` made on the spot (``certificate``)."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.certificate = folder / "cert.pem"
        key = folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", str(key), "-out", str(self.certificate), "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost"],
            check=True, capture_output=True,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._context, self._behind = context, behind
        self._answering = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._server.accept()
                threading.Thread(target=self._pump, args=(plain,), daemon=True).start()

    def _pump(self, plain: socket.socket) -> None:
        with suppress(OSError, ValueError):
            front = self._answering.wrap_socket(plain, server_side=True)
            back = socket.create_connection(("127.0.0.1", self._behind))
            # one thread for both ways: a TLS connection is not for two
            front.settimeout(5)
            while True:
                ready = [front] if front.pending() else select.select([front, back], [], [])[0]
                for sock in ready:
                    data = sock.recv(65_536)
                    if not data:
                        back.close()
                        front.close()
                        return
                    (back if sock is front else front).sendall(data)

    def answer_with(self, other: TlsProxy) -> None:
        """Show another's certificate from now on."""
        self._answering = other._context

    def close(self) -> None:
        self._server.close()
