"""Things die; the picture does not stop."""

import os
import resource
import signal
import time
from pathlib import Path

import pytest

from anchor.records.audit import FILE, Audit
from tests.clapper import decode_errors, receive
from tests.e2e.onair import OnAir, quick
from tests.e2e.test_talk import scripts
from tests.loopback import SrtListener, free_port, nginx, until


class Listener:
    """Follows the script as the audience hears it, over restarts of the brain that tells it."""

    def __init__(self, show: OnAir) -> None:
        self.seen: list[tuple[int, int]] = []
        self._show = show

    def listen(self) -> int:
        order = scripts(self._show.heard())
        assert order == sorted(set(order)), "a sentence was said twice"
        self.seen += [key for key in order if key not in self.seen]
        return len(self.seen)

    def more(self, count: int) -> None:
        """Until ``count`` more sentences have been heard."""
        goal = len(self.seen) + count
        until(lambda: self.listen() >= goal, 40)

    def in_mid_sentence(self) -> None:
        """Until a sentence has just begun."""
        self.more(1)
        time.sleep(0.4)


def test_kill_9_of_face_voice_and_brain(tmp_path: Path) -> None:
    out = tmp_path / "kills.flv"
    shop = quick(tmp_path / "shop")
    with OnAir(tmp_path, "--to", f"file:{out}", "--clapper", "--preset", "superfast", persona=shop) as show:
        show.wait_for("on air")
        audience = Listener(show)
        for child in ("face", "voice", "brain"):
            audience.in_mid_sentence()
            show.kill(child)
            if child == "face":
                until(lambda: len(show.said("link up", "role=face")) == 2, 10)
                fresh = show.status()["air"]["pictures"]["fresh"]
                until(lambda before=fresh: show.status()["air"]["pictures"]["fresh"] > before, 10)
            if child == "brain":
                until(lambda: show.get("/health")[0] == 200, 10)
            audience.more(2)
        assert show.end() == 0
        assert show.said("off air", "skipped=0")
    clap = receive(out)
    assert None not in clap.ticks and clap.gaps() == []
    assert decode_errors(out) == ""
    lengths = {0: 3, 1: 3, 2: 3, 3: 2}
    every = [(turn, seq) for turn in range(8) for seq in range(lengths[turn % 4])]
    assert audience.seen == every[: len(audience.seen)], "each sentence of the script once, none left out"


def test_what_was_acknowledged_is_answered_whatever_happens_to_the_brain(tmp_path: Path) -> None:
    with OnAir(
        tmp_path, "--to", f"file:{tmp_path}/x.flv", "--preset", "ultrafast", persona=quick(tmp_path / "shop")
    ) as show:
        show.wait_for("on air")
        until(lambda: len(show.heard()) >= 1)
        cues = {show.comment(text) for text in ("豆子多少钱", "磨豆机有货吗", "咖啡壶质保多久", "发什么快递")}
        show.kill("brain")  # long before its state is written the next time
        answered: set[str] = set()

        def all_heard() -> bool:
            answered.update(h["cue"] for h in show.heard() if not h["cut"])
            return cues <= answered

        until(all_heard, 60)
        assert show.end() == 0
    kept = list(Audit(tmp_path / "state" / FILE).read(kind="event"))
    assert {entry.cue for entry in kept} >= cues and all("v1" not in str(entry.data.get("who")) for entry in kept)
    assert "豆子多少钱" in str(kept) and '"v1"' not in str(kept), "what was asked is there, who asked is not"


def test_kill_9_of_air_brings_the_stream_back(tmp_path: Path) -> None:
    shop = quick(tmp_path / "shop")
    with (
        nginx() as server,
        OnAir(tmp_path, "--to", server.url("k"), "--to", f"file:{tmp_path}/x.mp4", persona=shop) as show,
    ):
        show.wait_for("on air")
        until(lambda: len(show.heard()) >= 5)
        show.kill("air")
        show.wait_for("on air", count=2)
        until(lambda: "k" in server.publishing())
        until(lambda: show.get("/health")[0] == 200)
        count = len(show.heard())
        until(lambda: len(show.heard()) > count)
        order = scripts(show.heard())
        assert order == sorted(set(order))
        assert show.end() == 0
    # what was recorded until the kill can be played, and the rest is in a file of its own
    assert len(receive(tmp_path / "x.mp4").times) > 25
    assert decode_errors(tmp_path / "x-2.mp4") == ""


def test_an_ingest_dies_and_returns_and_the_others_do_not_notice(tmp_path: Path) -> None:
    out = tmp_path / "others.flv"
    with nginx() as mortal, nginx() as other:
        with OnAir(tmp_path, "--to", mortal.url("m"), "--to", other.url("o"), "--to", f"file:{out}", "--clapper",
                   "--preset", "superfast") as show:  # fmt: skip
            show.wait_for("on air")
            until(lambda: "m" in mortal.publishing() and "o" in other.publishing())
            mortal.stop(signal.SIGKILL)
            show.wait_for("destination failed", f":{mortal.port}/")
            until(lambda: show.status()["air"]["destinations"][0]["state"] == "waiting")
            assert show.get("/health")[0] == 200
            time.sleep(8)  # long enough for the back-off to have grown
            began = time.monotonic()
            mortal.start()
            until(lambda: "m" in mortal.publishing(), 15)
            print(f"back {time.monotonic() - began:.1f} s after its return")
            until(lambda: show.status()["air"]["destinations"][0]["state"] == "live")
            time.sleep(3)
            assert show.end() == 0
        (whole,) = other.recordings("o")
        for path in (out, whole):
            clap = receive(path)
            assert None not in clap.ticks and clap.gaps() == []
        back = receive(mortal.recordings("m")[-1])
        assert back.gaps() == [] and back.times[0] < 0.1
        assert decode_errors(mortal.recordings("m")[-1]) == ""


def test_wrong_key_passphrase_host_and_port_are_each_one_line_and_the_others_go_on(tmp_path: Path) -> None:
    listener = SrtListener(tmp_path / "srt.ts", "correct-horse").start()
    wrong = (
        f"srt://127.0.0.1:{listener.port}?passphrase=@pass",
        "rtmp://no-such-host.invalid/live/k",
        f"rtmp://127.0.0.1:{free_port()}/live/k",
    )
    with nginx() as server:
        urls = [server.url("forbidden"), *wrong, f"file:{tmp_path}/good.flv"]
        to = [part for url in urls for part in ("--to", url)]
        with OnAir(tmp_path, *to, environment={"ANCHOR_PASS": "wrong-donkey-battery"}) as show:
            for number, said in enumerate(("key", "passphrase", "no-such-host.invalid", "refused"), 1):
                line = show.wait_for("destination failed", f'destination="{number} ')
                assert said in line
            until(lambda: show.status()["air"]["destinations"][4]["state"] == "live")
            time.sleep(6)  # several tries by now
            assert show.get("/health")[0] == 200
            for number in range(1, 5):
                assert len(show.said("destination failed", f'destination="{number} ')) == 1, "\n".join(show.log)
            assert show.end() == 0
    listener.stop()
    assert decode_errors(tmp_path / "good.flv") == ""


def test_a_file_that_cannot_grow_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    with nginx() as server:
        to = ("--to", f"file:{tmp_path}/full.flv", "--to", server.url("k"))
        show = OnAir(tmp_path, *to, before=small_files)
        with show:
            line = show.wait_for("destination failed", "full.flv")
            assert "File too large" in line
            until(lambda: show.status()["air"]["destinations"][1]["state"] == "live")
            assert show.get("/health")[0] == 200
            assert show.end() == 0


def test_systemd_hears_ready_watchdog_only_while_ticks_go_out_and_stopping(tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "notify"))
        server.settimeout(30)

        def hear(what: str) -> None:
            while what not in server.recv(4096).decode():
                pass

        with OnAir(
            tmp_path, "--to", f"file:{tmp_path}/x.mp4", environment={"NOTIFY_SOCKET": str(tmp_path / "notify")}
        ) as show:
            hear("READY=1")
            assert show.said("on air") and show.said("destination live")
            hear("WATCHDOG=1")
            os.kill(show.pid("air"), signal.SIGSTOP)
            time.sleep(1.5)
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                while True:
                    server.recv(4096)  # what was said before the stop
            time.sleep(3)
            with pytest.raises(BlockingIOError):
                server.recv(4096)
            os.kill(show.pid("air"), signal.SIGCONT)
            server.settimeout(10)
            hear("WATCHDOG=1")
            assert show.end() == 0
            hear("STOPPING=1")
    assert decode_errors(tmp_path / "x.mp4") == ""
