import socket
from pathlib import Path

import pytest

from anchor.work.supervisor import AlreadyRunning, Supervisor, notify


def test_notify_speaks_to_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (str(tmp_path / "n"), f"@anchor-test-{tmp_path.name}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind("\0" + address[1:] if address[0] == "@" else address)
            monkeypatch.setenv("NOTIFY_SOCKET", address)
            notify("READY=1")
            assert server.recv(100) == b"READY=1"
    notify("READY=1")  # nobody listens any more: said in the log, no error
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")


def test_one_state_directory_one_supervisor(tmp_path: Path) -> None:
    first = Supervisor({}, tmp_path / "state")
    first._lock()
    with pytest.raises(AlreadyRunning, match="in use"):
        Supervisor({}, tmp_path / "state").run()
