"""A local model by transformers' real loader: a tiny one, made here, and the worker that answers with it."""

import asyncio
import contextlib
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anchor.guard.terms import Guard
from anchor.mind.batched import Batched
from anchor.mind.breaker import Breaker
from anchor.mind.catalogue import Catalogue
from anchor.mind.local import Local
from anchor.mind.prompted import Prompted
from anchor.mind.remote import Remote
from anchor.mind.transformer import CHUNK, Model
from anchor.mind.weights import missing
from anchor.mind.worker import OUT_OF_MEMORY, WAITING, Job, MindWorker, Room, Rota
from anchor.ports import NoAnswer, Stopped, Usage
from anchor.talk.answers import Answers
from anchor.types import PRIORITY, Cue, Talk
from anchor.work.spawn import spawn
from persona.check import open_persona
from persona.model import MindChoice
from streams.link import Link, LinkServer, Outbox
from streams.wire import Answered, Ask, Failed, Message
from tests.tiny_qwen import make

pytestmark = pytest.mark.slow

PERSONA = open_persona(Path("persona/xiaomei"))[0]
SYSTEM = Message("system", "你是主播小美。" * 60)
QUESTION = [SYSTEM, Message("user", "这款多少钱？")]


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("qwen"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Model:
    return Model(str(folder))


def lacking(path: Path, **options: Any) -> str:
    config = Local.Config.model_validate({"path": str(path), **options})
    return "; ".join(message for _, message in Local.check(config, Path()))


def ask(
    engine: Model,
    messages: list[Message] = QUESTION,
    tokens: int = 20,
    stop: Callable[[], bool] = never,
    seconds: float = 60,
) -> tuple[str, Any]:
    said: list[str] = []
    try:
        end: Any = engine.answer(messages, tokens, 0.0, seconds, said.append, stop)
    except (NoAnswer, Stopped) as error:
        end = error
    return "".join(said), end


def test_what_was_read_before_changes_no_token(engine: Model) -> None:
    engine.keeps = False
    alone, _ = ask(engine)
    engine.keeps = True
    engine.prime([SYSTEM], never)
    used = [ask(engine)[0] for _ in range(2)]
    assert alone and used == [alone, alone]
    other = [SYSTEM, Message("user", "hello there")]
    engine.keeps = False
    fresh, _ = ask(engine, other)
    engine.keeps = True
    assert ask(engine, other)[0] == fresh and fresh != alone


def test_a_cached_prefix_is_not_read_again(engine: Model) -> None:
    engine.prime([SYSTEM], never)
    read = 0
    forward = engine.model.forward

    def counting(*given: Any, **more: Any) -> Any:
        nonlocal read
        ids = more.get("input_ids")
        read += 0 if ids is None else ids.shape[1]
        return forward(*given, **more)

    engine.model.forward = counting
    try:
        ask(engine, tokens=1)
    finally:
        engine.model.forward = forward
    assert len(engine.ids([SYSTEM])) > 10 * CHUNK // 16 and read < 40


@pytest.mark.parametrize("stop_at", [1, 3, 9])
def test_a_cancel_takes_effect_within_a_token(engine: Model, stop_at: int) -> None:
    whole, _ = ask(engine, tokens=40)
    told = 0

    def stop() -> bool:
        nonlocal told
        told += 1
        return told > stop_at

    said, end = ask(engine, tokens=40, stop=stop)
    assert isinstance(end, Stopped) and told <= stop_at + 2 and whole.startswith(said) and said != whole
    assert ask(engine, tokens=40)[0] == whole  # and nothing of it stays behind


def test_a_prefix_is_read_on_where_somebody_asked_in_between(engine: Model) -> None:
    long = Message("system", "商品资料：" + "陶瓷杯，九十九元。" * 80)
    asked = [0]

    def twice() -> bool:
        asked[0] += 1
        return asked[0] > 2

    with pytest.raises(Stopped):
        engine.prime([long], twice)
    before, _ = ask(engine, [long, QUESTION[1]])
    engine.prime([long], never)
    assert ask(engine, [long, QUESTION[1]])[0] == before
    engine.keeps = False
    assert ask(engine, [long, QUESTION[1]])[0] == before
    engine.keeps = True


def test_limits_of_tokens_time_and_context(folder: Path, engine: Model) -> None:
    _, end = ask(engine, tokens=8)
    assert isinstance(end, NoAnswer) and end.reason == "cut short"
    _, end = ask(engine, seconds=0.0)
    assert isinstance(end, NoAnswer) and end.reason == "deadline"
    _, end = ask(engine, [Message("user", "很长" * 4000)])
    assert isinstance(end, NoAnswer) and end.reason == "too long" and "4096" in str(end)


def test_qwen2_by_the_same_door(tmp_path: Path) -> None:
    said, _ = ask(Model(str(make(tmp_path, "qwen2"))), tokens=6)
    assert said


def test_thinking_aloud_is_off_in_the_prompt(engine: Model) -> None:
    assert "<think>\n\n</think>" in engine.tokens.decode(engine.ids(QUESTION))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: shutil.rmtree(f), "there is no folder"),
        (lambda f: (f / "config.json").unlink(), "lacks config.json"),
        (lambda f: (f / "model.safetensors").unlink(), "lacks model.safetensors"),
        (lambda f: (f / "model.safetensors").write_bytes(b"not weights"), "not whole"),
        (lambda f: os.truncate(f / "model.safetensors", 5000), "not whole"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be loaded"),
        (lambda f: (f / "config.json").write_text('{"model_type": "nonesuch"}'), "cannot be loaded"),
        (lambda f: (f / "chat_template.jinja").unlink(), "no chat template"),
        (lambda f: (f / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-1.safetensors"}}'), "lacks model-1.safetensors"),
    ],
)  # fmt: skip
def test_a_folder_that_is_no_model_is_told_in_a_line(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], Any], told: str
) -> None:
    copy = tmp_path / "m"
    shutil.copytree(folder, copy)
    spoil(copy)
    with pytest.raises(ValueError, match=told) as found:
        Model(str(copy))
    assert "\n" not in str(found.value)


def test_what_is_missing_comes_with_the_command_that_gets_it(tmp_path: Path) -> None:
    assert f"hf download Qwen/Qwen3-1.7B --local-dir {tmp_path / 'q'}" in missing(str(tmp_path / "q"))
    assert "PyTorch sees no GPU" in lacking(make(tmp_path / "m"), device="cuda")
    assert "needs a GPU" in lacking(tmp_path / "m", quantised="int4")


@pytest.mark.soak
def test_many_at_once_get_the_tokens_that_each_would_alone_and_leave_nothing(engine: Model) -> None:
    """Half a minute on a CPU, where it is not used."""
    alone, _ = ask(engine, tokens=16)
    batched = Batched(engine, 0.0, 16)
    said: list[list[str]] = [[] for _ in range(6)]

    def one(n: int) -> None:
        with contextlib.suppress(NoAnswer):
            batched.answer(QUESTION, 16, 0.0, 120, said[n].append, never)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["".join(found) for found in said] == [alone] * 6
    for _ in range(20):
        seen: list[str] = []
        with contextlib.suppress(Stopped, NoAnswer):
            batched.answer(QUESTION, 16, 0.0, 120, seen.append, lambda seen=seen: bool(seen))
    assert not batched._manager.output_router.result_handlers
    batched.close()


# the worker


class Slow:
    """An engine that answers token by token as it is allowed to, and writes down who was answered."""

    slots = 1

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.asked: list[str] = []
        self.fails: BaseException | None = None

    def prime(self, messages: Sequence[Message], stop: Callable[[], bool]) -> None:
        self.asked.append(f"prime {messages[0].text}")

    def answer(
        self,
        messages: Sequence[Message],
        tokens: int,
        temperature: float,
        seconds: float,
        put: Callable[[str], None],
        stop: Callable[[], bool],
    ) -> Usage:
        self.asked.append(messages[-1].text)
        if self.fails:
            raise self.fails
        for n in range(tokens):
            self.go.acquire(timeout=10)
            if stop():
                raise Stopped
            put(str(n))
        return Usage(5, tokens, 3)


@contextlib.contextmanager
def served(engine: Any, path: Path, end: Callable[[int], Any] = lambda code: None) -> Iterator[Path]:
    server = LinkServer(path / "mind", MindWorker(engine, end).serve)
    try:
        yield path / "mind"
    finally:
        server.close()


def question(number: int, text: str = "q", tokens: int = 2) -> Ask:
    return Ask(number, (Message("user", text),), tokens, 0.0, 9.0)


def received(link: Link, kind: type) -> Any:
    while (found := link.receive()) is not None:
        if isinstance(found, kind):
            return found
    raise AssertionError("the worker has hung up")


@contextlib.contextmanager
def room() -> Iterator[Room]:
    ours, other = socket.socketpair()
    made = Room(Outbox(Link(ours), 4))
    yield made
    made.out.close()
    ours.close()
    other.close()


def test_rooms_take_turns_whoever_asks_most() -> None:
    rota = Rota()
    with room() as loud, room() as quiet:
        rota.join(loud)
        rota.join(quiet)
        for number in range(1, 5):
            rota.ask(loud, Job(number, (), question(number)))
        rota.ask(quiet, Job(9, (), question(9)))
        rota.prime(quiet, Job(0, ()))  # what is read beforehand waits until nobody asks
        rota.cancel(loud, 3)
        assert [rota.next()[1].number for _ in range(5)] == [1, 9, 2, 4, 0]


def test_too_many_questions_of_one_room_are_refused_at_once(tmp_path: Path) -> None:
    engine = Slow()
    with served(engine, tmp_path) as path:
        link = Link.connect(path)
        for n in range(1, WAITING + 4):
            link.send(question(n))
        told = received(link, Failed)
        assert told.reason == "busy" and told.id > WAITING


@pytest.mark.parametrize(
    "rubbish",
    [b'{"type":"ask"}', b'{"type":"ask","id":1,"messages":"x"}', b'{"type":"cancel","id":"x"}', b'{"type":"prime","messages":[1]}', b"[]"],
)  # fmt: skip
def test_rubbish_ends_a_room_and_not_the_worker(tmp_path: Path, rubbish: bytes) -> None:
    engine = Slow()
    with served(engine, tmp_path) as path:
        bad = Link.connect(path)
        bad._socket.sendall(rubbish + b"\n")
        assert bad.receive() is None
        good = Link.connect(path)
        good.send(question(1))
        for _ in range(2):
            engine.go.release()
        assert received(good, Answered) == Answered(1, 5, 2, 3)


def test_out_of_memory_is_told_and_ends_the_process(tmp_path: Path) -> None:
    engine, ended = Slow(), threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    engine.fails = MemoryError("CUDA out of memory")
    with served(engine, tmp_path, end) as path:
        link = Link.connect(path)
        link.send(question(1))
        assert received(link, Failed).reason == "out of memory"
        assert ended.wait(10) and codes == [OUT_OF_MEMORY]


def test_an_engine_that_breaks_at_a_question_answers_the_next(tmp_path: Path) -> None:
    engine = Slow()
    engine.fails = RuntimeError("shape mismatch")
    with served(engine, tmp_path) as path:
        link = Link.connect(path)
        link.send(question(1))
        assert "shape mismatch" in received(link, Failed).why
        engine.fails = None
        engine.go.release()
        engine.go.release()
        link.send(question(2))
        assert received(link, Answered).id == 2


# the brain's side, against the real engine


def chat(path: Path) -> Remote:
    return Remote(
        MindChoice(engine="qwen", path="x", tokens=30, first_sentence="20s", longest="30s", temperature=0.0), path
    )


async def pieces(of: Remote) -> str:
    said = ""
    with contextlib.suppress(NoAnswer):
        async for piece in of.stream(QUESTION):
            said += piece
    return said


def test_the_brain_gets_what_the_engine_says(engine: Model, tmp_path: Path) -> None:
    whole, _ = ask(engine, tokens=30)

    async def work(path: Path) -> None:
        room, other = chat(path), chat(path)
        room.prime([SYSTEM])
        assert await asyncio.gather(pieces(room), pieces(room), pieces(other)) == [whole] * 3
        assert room.used["requests"] == 2
        await room.close()
        await other.close()

    with served(engine, tmp_path) as path:
        asyncio.run(work(path))


def test_a_hundred_cancelled_questions_leave_nothing_behind(engine: Model, tmp_path: Path) -> None:
    async def work(path: Path) -> None:
        room = chat(path)
        for _ in range(100):
            stream = room.stream(QUESTION)
            await anext(stream)
            await stream.aclose()
        assert not room._asked and len(asyncio.all_tasks()) == 2  # this one and the reader
        assert await pieces(room)
        await room.close()

    before = threading.active_count()
    with served(engine, tmp_path) as path:
        asyncio.run(work(path))
        assert threading.active_count() <= before + 5  # the server's, the worker's, and one room's


def test_a_worker_that_goes_is_told_and_found_again(tmp_path: Path) -> None:
    engine = Slow()

    async def work() -> None:
        room = chat(tmp_path / "mind")
        with pytest.raises(NoAnswer, match="loading"):
            await anext(room.stream(QUESTION))
        with served(engine, tmp_path):
            stream = room.stream(QUESTION)
            engine.go.release()
            assert await anext(stream) == "0"
            link = room._link
            assert link is not None
            link._writer.transport.abort()
            with pytest.raises(NoAnswer, match="unreachable"):
                await anext(stream)
            for _ in range(60):
                engine.go.release()
            assert await pieces(room) == "".join(map(str, range(30)))
        await room.close()

    asyncio.run(work())


def test_the_real_worker_process_answers_through_the_ladder(folder: Path, tmp_path: Path) -> None:
    """A model made at random says nothing true: what it says is refused, and the catalogue answers."""
    shared = str(tmp_path / "shared")
    options = {"path": str(folder), "device": "cpu", "share": shared}
    settings = {"engine": "qwen", "options": options, "folder": "", "temperature": 0.0, "tokens": 30}
    first, second = (spawn(["anchor.work.worker", "mind"], settings) for _ in range(2))

    async def work() -> str:
        mind = MindChoice(engine="qwen", tokens=30, first_sentence="20s", longest="30s")
        of = PERSONA.model_copy(update={"mind": mind})
        room = Remote(mind, Path(shared))
        while not (tmp_path / "shared").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.05)
        answers = Answers(of, Prompted(of, Catalogue(of), room, Breaker()), Guard(), Catalogue(of))
        told = await answers.reply(Cue("c", "question", "壶多少钱", PRIORITY["question"], 0, 90), Talk("pot"))
        assert room.used["requests"] == 1
        await room.close()
        return told.sentences[-1]

    try:
        assert asyncio.run(work()) == "手冲咖啡壶今天直播间99元。"
        assert first.poll() is None and second.poll() is None
        (first if _listens(tmp_path, first.pid) else second).kill()  # the other one takes its place
        (tmp_path / "shared").unlink()
        assert asyncio.run(work()) == "手冲咖啡壶今天直播间99元。"
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def _listens(folder: Path, pid: int) -> bool:
    """Whether a process holds the lock of the shared model."""
    inode = (folder / "shared.lock").stat().st_ino
    return any(
        str(inode) in line and f" {pid} " in line
        for line in Path("/proc/locks").read_text().splitlines()
        if "->" not in line
    )


def test_the_check_of_a_persona_names_what_the_model_lacks(tmp_path: Path) -> None:
    from anchor.plan.check import open_checked
    from anchor.plan.plan import Options, plan
    from persona.problem import BadPersona

    shutil.copytree("persona/xiaomei", tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    file.write_text(file.read_text().replace("mind: {engine: catalogue}", "mind: {engine: qwen, path: models/none}"))
    with pytest.raises(BadPersona, match=r"persona.yaml:\d+:\d+: mind.path: there is no folder .*hf download"):
        open_checked(tmp_path / "p")
    options = Options(tmp_path / "p", (f"file:{tmp_path}/x.mp4",))
    assert plan(options)["mind"]["engine"] == "qwen", "a show starts without its model"
    with pytest.raises(BadPersona):
        plan(replace(options, again=True))
