from pathlib import Path

import pytest

from anchor.plan import BadPlan, Options, plan
from streams.air import srt, text
from streams.air.destinations import make, parse
from streams.ports import Refused
from tests.fakes import SMALL

DEMO = Path("persona/xiaomei")


def test_a_plan_has_settings_for_every_process(tmp_path: Path) -> None:
    made = plan(Options(DEMO, (f"file:{tmp_path}/x.mp4",), ("http:",), 5.0, "127.0.0.1:0"))
    assert set(made) == {"name", "air", "brain", "voice", "face"}
    assert made["air"]["media"]["bitrate"] == 1_500_000 and made["air"]["seconds"] == 5.0
    assert Path(made["air"]["stage"]["background"]).is_file()


def test_a_missing_font_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "FONTS", ())
    monkeypatch.delenv("ANCHOR_FONT", raising=False)
    with pytest.raises(BadPlan, match="fonts-noto-cjk"):
        plan(Options(DEMO, (f"file:{tmp_path}/x.mp4",)))


def test_a_missing_libsrt_is_said_by_its_destination(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(srt.ctypes, "CDLL", nothing)
    srt.library.cache_clear()
    with pytest.raises(Refused, match=r"libsrt1\.5-openssl"):
        make(parse("srt://127.0.0.1:9"), 1, SMALL, None).run(iter(()))  # type: ignore[arg-type]
    srt.library.cache_clear()
