"""A persona and a state folder as anchor 0.1 left them: they must open for ever, and nothing in them be lost."""

import asyncio
import json
import shutil
import time
from pathlib import Path

import pytest

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.plan.check import beside
from anchor.records.audit import Audit
from anchor.records.memory import Memory, Names
from anchor.records.records import Records
from anchor.show.recovery import recovered
from anchor.show.state import VERSION, StateFile, boot, load_state
from persona.check import open_persona
from persona.problem import BadPersona

FROZEN = Path("tests/data/v0.1")


def test_the_persona_of_0_1_opens_as_it_was_meant() -> None:
    persona, source = open_persona(FROZEN / "persona", beside)
    assert persona.version == 1 and persona.chat == ()
    assert persona.voice.options == {"speaker": "cmn+f3"} and persona.voice.rate == 1.5
    assert persona.look.rig == "drawn" and persona.look.options == {"figure": "woman"}
    assert persona.mind.engine == "catalogue" and persona.mind.tokens == 160
    assert source.folder == FROZEN / "persona"


def test_a_persona_of_a_later_version_is_refused_with_a_hint(tmp_path: Path) -> None:
    shutil.copytree(FROZEN / "persona", tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    file.write_text("version: 2\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BadPersona, match=r"persona\.yaml:1:1: version: .*knows up to 1: install a newer one"):
        open_persona(tmp_path / "p")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder as if its brain had died a moment ago."""
    folder = tmp_path / "state"
    shutil.copytree(FROZEN / "state", folder)
    data = json.loads((folder / "show.json").read_text())
    moved = time.monotonic() - data["at"]
    for cue in (*data["inbox"], *(turn["cue"] for turn in data["speaking"])):
        cue["at"], cue["expires"] = cue["at"] + moved, cue["expires"] + moved
    data |= {"at": data["at"] + moved, "boot": boot(), "disclosed": data["disclosed"] + moved}
    (folder / "show.json").write_text(json.dumps(data))
    return folder


def test_cues_of_0_1_get_the_platform_and_room_that_they_came_from(state: Path) -> None:
    loaded = load_state(state / "show.json")
    assert loaded is not None
    assert [cue["id"] for cue in loaded["inbox"]] == [f"chat:http/7/q{n}" for n in (1, 2, 3, 4)]
    assert [turn["cue"]["id"] for turn in loaded["speaking"]] == ["chat:http/7/q0"]
    assert loaded["rundown"]["heard"] == 2, "the place in the script is kept"


def test_a_desk_goes_on_from_the_state_of_0_1(state: Path) -> None:
    persona, _ = open_persona(FROZEN / "persona")
    audit, memory = Audit(state / "audit.db"), Memory(state / "memory.db")
    records = Records(time.time, audit, memory, Names(state))
    desk = recovered(persona, alone, {}, state / "show.json", records, audit)
    # the mark of the facts of 0.1 compares to nothing, so the answer that nobody had heard of is asked again
    assert len(desk.inbox) == 5, "what was taken and not said waits still, and once"
    assert len({cue.id for cue in desk.inbox}) == 5
    cues = set()

    async def say(desk: Desk) -> None:
        for _ in range(8):
            utterance = await desk.next(time.monotonic())
            assert utterance is not None
            cues.add(utterance.cue)

    asyncio.run(say(desk))
    assert {f"chat:http/7/q{n}" for n in range(5)} <= cues
    who = records.names.of("http", "小李")
    memory._wall = lambda: 1795858292.0  # a second after the exchange
    assert [e.question for e in memory.recall("1", who)] == ["咖啡壶多少钱"], (
        "viewers are recognised by the key of then"
    )


def test_a_state_that_is_written_names_its_version(tmp_path: Path) -> None:
    persona, _ = open_persona(FROZEN / "persona")
    file = StateFile(tmp_path / "show.json")
    assert file.write(Desk(persona, alone, {}, 0.0).snapshot(0.0), 0)
    assert json.loads((tmp_path / "show.json").read_text())["version"] == VERSION
    assert load_state(tmp_path / "show.json") is not None


def test_a_state_of_a_later_version_is_told_and_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = json.loads((FROZEN / "state" / "show.json").read_text())
    (tmp_path / "show.json").write_text(json.dumps({**data, "version": VERSION + 1}))
    assert load_state(tmp_path / "show.json") is None
    assert "another version" in caplog.text
