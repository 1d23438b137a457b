"""An operator edits the persona while it is on air: a good edit is heard, a bad one is told, and the stream never notices."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.clapper import receive
from tests.e2e.onair import OnAir, quick
from tests.loopback import until


def edit(file: Path, old: str, new: str) -> None:
    """As editors do: a new file put in the place of the old one."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    made = file.with_name(file.name + ".tmp")
    made.write_text(text.replace(old, new, 1), encoding="utf-8")
    made.replace(file)


def test_edits_on_air(tmp_path: Path) -> None:
    persona, out = quick(tmp_path / "shop"), tmp_path / "reload.mp4"
    with OnAir(tmp_path, "--to", f"file:{out}", "--clapper", persona=persona) as show:
        show.wait_for("on air")
        until(lambda: len(show.heard()) >= 2)
        told: dict[str, Any] = show.status()["persona"]
        assert told["version"] and told["problems"] == []

        # wrong: the error is shown with its place, and nothing changes
        edit(persona / "products.yaml", "price: 49.90", "price: -1")
        until(lambda: show.status()["persona"]["problems"])
        (problem,) = show.status()["persona"]["problems"]
        assert problem.startswith("products.yaml:24:") and "greater than 0" in problem
        assert show.said("persona not reloaded", "products.yaml:24:")
        assert show.status()["persona"]["version"] == told["version"]
        assert "anchor_persona_problems 1.0" in show.get("/metrics")[1]
        cue = show.comment("豆子多少钱")
        until(lambda: any(h["cue"] == cue and "49.9元" in h["text"] for h in show.heard()))

        # mended, with another price: heard in the next answer, and the error is gone
        edit(persona / "products.yaml", "price: -1", "price: 45.50")
        until(lambda: show.status()["persona"]["version"] != told["version"])
        assert show.status()["persona"]["problems"] == []
        cue = show.comment("咖啡豆现在多少钱")
        until(lambda: any(h["cue"] == cue and "45.5元" in h["text"] for h in show.heard()))
        assert not show.said("replaced"), "a price is nobody's business but the brain's"

        # voice, look and music at once, by SIGHUP too
        edit(persona / "persona.yaml", "rate: 2.0", "rate: 1.9")
        edit(persona / "persona.yaml", "ticker: true", "ticker: true, banner: 今日特价")
        show.wait_for("replaced", "child=voice")
        until(lambda: len(show.said("persona taken")) >= 2)
        last = show.heard()[-1]
        show.process.send_signal(1)
        until(lambda: len(show.said("persona reloaded")) >= 3)
        until(lambda: show.heard()[-1] != last)
        assert show.status()["air"]["skipped"] == 0
        assert not show.said("ended")
        assert show.end() == 0
    clap = receive(out)
    assert clap.ticks == list(range(clap.ticks[0], clap.ticks[0] + len(clap.ticks))), "not one picture is missing"


@pytest.mark.parametrize("path", ["/v1/operator", "/v1/chat"])
def test_pages_of_other_sites_are_turned_away(path: str, running: OnAir) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.port}{path}", b'{"text": "x"}', {"Origin": "http://evil.example"}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 403


@pytest.mark.parametrize("order", [b"[]", b"{}", b'{"say": 5}', b'{"next": "week"}', b"x"])
def test_orders_that_are_none_are_refused(order: bytes, running: OnAir) -> None:
    code, answer = running.order(order)
    assert code in (400, 422) and answer["error"]


def test_the_operator_is_heard_at_once_and_the_script_goes_on(running: OnAir) -> None:
    until(lambda: running.heard() and running.heard()[-1]["cue"].startswith("script:"))
    code, answer = running.order('{"say": "咱们马上开始抢购，大家准备好。"}'.encode())
    assert code == 202, answer
    until(lambda: any(h["cue"].startswith("operator:") for h in running.heard()), 8)
    heard = running.heard()
    place = next(i for i, h in enumerate(heard) if h["cue"].startswith("operator:"))
    assert heard[place - 1]["cut"], "what was being said was cut"
    cut = heard[place - 1]
    until(
        lambda: any((h["cue"], h["seq"], h["cut"]) == (cut["cue"], cut["seq"], False) for h in running.heard()[place:]),
        20,
    )


def test_the_operator_cannot_say_a_false_price_either(running: OnAir) -> None:
    code, answer = running.order('{"say": "咖啡壶只要一元！"}'.encode())
    assert code == 422 and "price 1" in answer["error"] and "force" not in answer["error"]
    code, answer = running.order(f'{{"say": "{"大家好。" * 80}"}}'.encode())
    assert code == 422 and "at most 300" in answer["error"] and "force" not in answer["error"]
    code, answer = running.order('{"say": "这是全网最低价！"}'.encode())
    assert code == 422 and "absolute" in answer["error"] and "force" in answer["error"]
    code, answer = running.order('{"say": "这是全网最低价！", "force": true}'.encode())
    assert code == 202, answer


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("operator")
    with OnAir(folder, "--to", f"file:{folder}/x.flv", "--preset", "ultrafast", persona=quick(folder / "shop")) as show:
        show.wait_for("air connected")
        yield show
