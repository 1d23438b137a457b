import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anchor.plan.check import open_checked
from anchor.plan.plan import BadPlan, Options, plan
from persona.problem import BadPersona
from streams.air import text
from streams.air.rendition import RenditionConfig
from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.srt import libsrt
from streams.deliver.targets import parse
from streams.ports import Refused
from tests.fakes import SMALL

DEMO = Path("persona/xiaomei")


def test_a_plan_has_settings_for_every_process(tmp_path: Path) -> None:
    made = plan(Options(DEMO, (f"file:{tmp_path}/x.mp4",), ("http:",), 5.0, "127.0.0.1:0"))
    assert set(made) == {"name", "notes", "air", "brain", "voice", "face", "mind"} and made["mind"] == {}
    assert made["air"]["renditions"][0]["media"]["bitrate"] == 1_500_000 and made["air"]["seconds"] == 5.0
    assert Path(made["air"]["stage"]["look"]["background"]).is_file()


def test_a_show_starts_without_its_chat_and_an_edit_must_have_it(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "p")
    with (tmp_path / "p" / "persona.yaml").open("a", encoding="utf-8") as file:
        file.write("\nchat: [{platform: replay, file: none.jsonl}]\n")
    options = Options(tmp_path / "p", (f"file:{tmp_path}/x.mp4",))
    assert plan(options)["brain"]["chat"][0]["options"] == {"file": "none.jsonl"}
    with pytest.raises(BadPersona, match=r"chat\[0\].file: no replay file"):
        plan(replace(options, again=True))
    made = plan(replace(options, chat=("stdin:",), again=True))
    assert [entry["platform"] for entry in made["brain"]["chat"]] == ["terminal"]
    assert made["notes"] == ["persona.chat is not used: --chat takes its place"]


def test_what_is_shown_comes_from_the_persona(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    text = file.read_text(encoding="utf-8")

    def with_look(more: str) -> dict[str, Any]:
        start = text.index("look: {")
        line = text[start : text.index("\n", start)]
        file.write_text(text.replace(line, f"look: {{{more}}}"), encoding="utf-8")
        shown: dict[str, Any] = plan(Options(tmp_path / "p", (f"file:{tmp_path}/x.mp4",)))["air"]["stage"]["look"]
        return shown

    shown = with_look('background: "#102030", clock: Europe/Paris, banner: "{pot.name} 只要 {pot.price}"')
    assert (shown["background"], shown["clock"]) == ("#102030", "Europe/Paris")
    assert shown["banner"] == "手冲咖啡壶 只要 99元" and shown["language"] == "zh"
    (tmp_path / "p" / "loop.mp4").write_bytes(b"no film")
    for wrong, said in (
        ("background: loop.mp4", "loop.mp4 is no film that can be shown"),
        ("background: '#12345'", "no file #12345"),
        ("clock: Asia/Shanghia", "did you mean Asia/Shanghai?"),
        ("banner: 全场 9.9 元", "not the catalogue's"),
        ("banner: '{tea.price}'", "no product is called 'tea'"),
    ):
        with pytest.raises(BadPersona, match=re.escape(said)):
            with_look(wrong)


def test_a_missing_font_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "FONTS", ())
    monkeypatch.delenv("ANCHOR_FONT", raising=False)
    with pytest.raises(BadPlan, match="fonts-noto-cjk"):
        plan(Options(DEMO, (f"file:{tmp_path}/x.mp4",)))


def test_a_missing_libsrt_is_said_by_its_destination(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(libsrt.ctypes, "CDLL", nothing)
    libsrt.library.cache_clear()
    with pytest.raises(Refused, match=r"libsrt1\.5-openssl"):
        make(parse("srt://127.0.0.1:9"), 1, Tracks(SMALL, None))[0].run(iter(()))  # type: ignore[arg-type]
    libsrt.library.cache_clear()


OUTPUT = """output:
  format: 1080p30
  codec: hevc
  adapt: true
  to:
    - {url: "rtmps://a.example/live", key: "${credential:K}", pin: "sha256:%s",
       backup: {url: "rtmp://b.example/live/@K"}}
    - {url: "srt://c.example:9000", backup: {url: "srt://d.example:9000"}}
  renditions:
    - {format: 480p20, to: [{url: "rtmp://e.example/live/k"}]}
""" % ("ab:" * 31 + "AB")


def persona_with(folder: Path, output: str) -> Path:
    shutil.copytree(DEMO, folder / "p")
    text = (folder / "p/persona.yaml").read_text()
    (folder / "p/persona.yaml").write_text(text[: text.index("output:")] + output)
    return folder / "p"


def test_several_renditions_with_backups_and_pins(tmp_path: Path) -> None:
    made = plan(Options(persona_with(tmp_path, OUTPUT)))["air"]
    config = [RenditionConfig.from_json(json.loads(json.dumps(r))) for r in made["renditions"]]
    assert [(r.media.width, r.media.fps, r.media.codec, r.adapt) for r in config] == [
        (1080, 30, "hevc", True), (480, 20, "h264", False)]  # fmt: skip
    first, second = config[0].targets
    assert first.pin == "ab" * 32 and first.backup is not None and first.backup.host == "b.example"
    assert second.backup is not None and second.backup.host == "d.example"
    told = json.loads(made["aigc"])
    assert told["Label"] == "1" and set(told) == {"Label", "ContentProducer", "ProduceID", "ReservedCode1",
                                                  "ContentPropagator", "PropagateID", "ReservedCode2"}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format: 480p20", "width: 480, height: 480, fps: 20, bitrate: 300k", "would squeeze the picture"),
        ("format: 1080p30", "format: 480p20", ""),
        ('format: 480p20, to: [{url: "rtmp://e.example/live/k"}]', "format: 480p20", "goes nowhere"),
        ("codec: hevc", "codec: vp9", "h264"),
        ("codec: hevc", "codec: av1", "carries no AV1"),
        ('{url: "srt://d.example:9000"}', '{url: "srt://d.example:9000", backup: {}}', "(there are url, key"),
        ('{url: "rtmp://e.example/live/k"}', '"rtmp://e.example/live/k"', "keys and values, such as {url: …}"),
        ("srt://c.example", "strt://c.example", "did you mean srt"),
        ("ab:", "zz:", "64 hex digits"),
        ("srt://d.example:9000", "file:x.mp4", "no backup"),
        ('rtmp://e.example/live/k"', 'rtmp://e.example/live/k", ca: none.pem', "rtmps"),
    ],
)
def test_what_is_wrong_with_an_output_is_said(old: str, new: str, said: str, tmp_path: Path) -> None:
    folder = persona_with(tmp_path, OUTPUT.replace(old, new))
    if not said:
        open_checked(folder)
        return
    with pytest.raises(BadPersona) as caught:
        open_checked(folder)
    assert any(said in str(problem) for problem in caught.value.problems), caught.value


def test_a_rendition_larger_than_the_picture_is_refused(tmp_path: Path) -> None:
    output = OUTPUT.replace("480p20", "1080p30").replace("format: 1080p30", "format: 720p25", 1)
    with pytest.raises(BadPersona, match="more than the picture has"):
        plan(Options(persona_with(tmp_path, output)))
