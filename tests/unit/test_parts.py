"""Parts from other packages: whatever they do when they are imported, checked or made, the show goes on and it is told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from anchor import registry
from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import Minds
from anchor.plan import parts
from anchor.talk.answers import Answers
from anchor.types import Answer, Cue, Talk
from persona.check import open_persona
from persona.problem import BadPersona
from streams.ports import Finding

DEMO = Path("persona/xiaomei")


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    index: str = ""
    key: str = ""


class Broken:
    """A mind that fails at everything but its import."""

    Config = Options

    @staticmethod
    def check(config: Options, folder: Path) -> Iterator[Finding]:
        raise AttributeError("check")

    @staticmethod
    def files(config: Options, folder: Path) -> Iterator[Path]:
        raise KeyError("files")

    @classmethod
    def make(cls, config: Options, context: object) -> Any:
        raise OSError("index.bin: no such file")


@dataclass
class Installed:
    name: str
    part: Any = None

    def load(self) -> Any:
        if self.part is None:
            raise ModuleNotFoundError("No module named 'missing'")
        return self.part


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Registers parts as installed packages do."""

    def put(**installed: Any) -> None:
        known = [Installed(name.replace("_", "/"), part) for name, part in installed.items()]
        monkeypatch.setattr(registry, "entry_points", lambda group, name="": [e for e in known if name in ("", e.name)])
        registry._log_once.cache_clear()

    return put


def persona_with(tmp_path: Path, mind: str) -> Path:
    for file in DEMO.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    yaml = tmp_path / "persona.yaml"
    lines = [line for line in yaml.read_text(encoding="utf-8").splitlines() if not line.startswith("mind:")]
    yaml.write_text("\n".join([*lines, f"mind: {mind}"]), encoding="utf-8")
    return tmp_path


def test_a_package_that_cannot_be_imported_is_a_problem_of_who_chose_it_alone(install: Any, tmp_path: Path) -> None:
    install(mind_gone=None)
    with pytest.raises(BadPersona, match=r"persona\.yaml:\d+:\d+: mind.*mind/gone cannot be imported: ModuleNotFound"):
        open_persona(persona_with(tmp_path, "{engine: gone}"), parts.problems)
    with pytest.raises(BadPersona, match=r"urll: unknown key; did you mean url\?"):
        open_persona(persona_with(tmp_path, "{engine: openai, urll: x}"), parts.problems)


def test_a_check_that_breaks_is_a_problem(install: Any, tmp_path: Path) -> None:
    install(mind_broken=Broken)
    with pytest.raises(BadPersona, match="the check of mind broken failed: AttributeError: check"):
        open_persona(persona_with(tmp_path, "{engine: broken}"), parts.problems)


def test_a_mind_that_cannot_be_made_leaves_the_catalogue(
    install: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(mind_broken=Broken)
    persona, source = open_persona(persona_with(tmp_path, "{engine: broken}"))
    minds, catalogue = Minds(source.folder), Catalogue(persona)
    assert minds.or_catalogue(persona, catalogue) is catalogue
    assert minds.broken == "OSError: index.bin: no such file" and minds.broken in str(caplog.records[-1].__dict__)
    assert minds.or_catalogue(open_persona(DEMO)[0], catalogue) is catalogue and minds.broken == ""


def test_files_that_cannot_be_told_are_logged_once(
    install: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(mind_broken=Broken)
    caplog.set_level(logging.ERROR)
    persona, source = open_persona(persona_with(tmp_path, "{engine: broken}"))
    for _ in range(3):
        assert parts.files(persona, source.folder) == []
    assert len([r for r in caplog.records if "files of a part" in r.message]) == 1


def test_options_that_are_refused_show_no_value() -> None:
    with pytest.raises(registry.BadOptions) as told:
        registry.configured("voice", "espeak", {"spekaer": "sk-secret"})
    assert "did you mean speaker?" in str(told.value) and "secret" not in str(told.value)


def test_what_calls_itself_a_catalogue_is_held_to_the_real_one() -> None:
    persona, _ = open_persona(DEMO)
    catalogue = Catalogue(persona)

    class Mine(Catalogue):
        async def respond(self, cue: Cue, talk: Talk) -> AsyncIterator[Answer]:
            yield Answer("咖啡壶今天只要9元！", "faq", ("made up",), "no product")  # type: ignore[arg-type]

    cue = Cue("chat:x/1/1", "question", "咖啡壶多少钱", 2, 0.0, 1.0)
    answers = Answers(persona, Mine(persona), Guard(), catalogue)
    reply = asyncio.run(answers.reply(cue, Talk(None)))
    assert reply.blocked and reply.sentences == ("手冲咖啡壶今天直播间99元。",)
    assert persona.product(reply.product) is not None and "made up" not in reply.facts


def test_a_file_that_a_part_names_changes_its_settings(install: Any, tmp_path: Path) -> None:
    class Filed(Broken):
        @staticmethod
        def files(config: Options, folder: Path) -> Iterator[Path]:
            yield folder / config.index

    install(mind_filed=Filed)
    (tmp_path / "a.bin").write_bytes(b"1")
    before = registry.version("mind", "filed", {"index": "a.bin"}, tmp_path)
    (tmp_path / "a.bin").write_bytes(b"22")
    assert before and registry.version("mind", "filed", {"index": "a.bin"}, tmp_path) != before
