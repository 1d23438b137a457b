"""From a comment to the first sentence for the voice, by stage: the catalogue, what we add to a model, and the prefix cache."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from anchor.cli.evaluation import Question, read
from anchor.desk.desk import Desk
from anchor.guard.terms import Guard
from anchor.mind.breaker import Breaker
from anchor.mind.catalogue import Catalogue
from anchor.mind.completions import Completions
from anchor.mind.minds import alone
from anchor.mind.prompt import messages, system
from anchor.mind.prompted import Prompted
from anchor.mind.transformer import Model
from anchor.ports import NoAnswer, Stopped
from anchor.talk.answers import Answers
from anchor.types import PRIORITY, Cue, Talk
from persona.check import open_persona
from persona.model import MindChoice
from streams.types import ChatEvent
from streams.wire import Message
from tests.bench.table import ROWS
from tests.scripted_openai import Call, scripted
from tests.tiny_qwen import make

pytestmark = pytest.mark.bench
SHOPS = [Path("tests/eval") / name for name in ("clothes", "food", "appliances")]
QUESTIONS = 150


def middle(found: Sequence[float]) -> str:
    """Half and 95 of 100, in milliseconds."""
    ordered = sorted(1000 * seconds for seconds in found)
    return f"p50 {ordered[len(ordered) // 2]:.2f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.2f} ms"


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_the_catalogue_by_stage() -> None:
    stages: dict[str, list[float]] = {"guard reads": [], "catalogue answers": [], "whole desk, comment to sentence": []}
    guard = Guard()
    for shop in SHOPS:
        persona, _ = open_persona(shop)
        catalogue = Catalogue(persona)
        catalogue.answer("多少钱")
        for number, question in enumerate(read(shop.with_suffix(".yaml"))):
            stages["guard reads"].append(took(lambda text=question.ask: guard.read(text)))  # type: ignore[misc]
            stages["catalogue answers"].append(took(lambda q=question, c=catalogue: c.answer(q.ask, q.focus)))  # type: ignore[misc]
            desk = Desk(persona, alone, {}, 0.0)
            asyncio.run(desk.next(0.0))

            async def comment(desk: Desk = desk, number: int = number, question: Question = question) -> float:
                began = time.perf_counter()
                desk.offer(ChatEvent(f"{number}", "bench", "", "comment", "v", question.ask), 1.0)
                desk.ponder(1.0)
                await desk.next(1.0)
                return time.perf_counter() - began

            stages["whole desk, comment to sentence"].append(asyncio.run(comment()))
    for name, found in stages.items():
        ROWS.append((f"mind: {name}, {len(found)} questions", middle(found)))


def test_what_we_add_to_a_models_first_sentence() -> None:
    """Behind a server that writes its first sentence in one piece at once: from the request's bytes to a checked sentence."""
    wrote: list[float] = []

    async def act(call: Call) -> None:
        await call.head()
        wrote.append(time.perf_counter())
        await call.event("这款挺好的，喜欢可以看看。")
        await call.event("还有问题吗？", finish="stop")
        await call.raw(b"data: [DONE]\n\n")
        await call.end()

    async def work() -> tuple[list[float], list[float]]:
        before, behind = [], []
        async with scripted(act) as server:
            persona = open_persona(Path("persona/xiaomei"))[0]
            persona = persona.model_copy(update={"mind": MindChoice(engine="openai", url=server.url, model="m")})
            catalogue = Catalogue(persona)
            chat = Completions(server.url, "m", "", {}, persona.mind)
            answers = Answers(persona, Prompted(persona, catalogue, chat, Breaker()), Guard(), catalogue)
            for n in range(QUESTIONS):
                began = time.perf_counter()
                first: list[float] = []
                cue = Cue(f"c{n}", "question", "这个壶好看吗", PRIORITY["question"], 0, 90)
                await answers.reply(cue, Talk("pot"), None, lambda first=first: first.append(time.perf_counter()))  # type: ignore[misc]
                before.append(wrote[-1] - began)
                behind.append(first[0] - wrote[-1])
            await chat.close()
        return before, behind

    before, behind = asyncio.run(work())
    ROWS.append(("mind: question to the server's first byte (prompt, HTTP, the server's own)", middle(before)))
    ROWS.append(("mind: first sentence written to checked (HTTP, sentences, guard)", middle(behind)))
    ROWS.append(
        ("mind: what we add to a model's first sentence", middle([a + b for a, b in zip(before, behind, strict=True)]))
    )


def test_the_prefix_cache(tmp_path: Path) -> None:
    persona, _ = open_persona(Path("persona/xiaomei"))
    engine = Model(str(make(tmp_path, hidden=256, layers=6)))
    prompts = [messages(persona, f"第{n}个问题，壶多少钱", Talk("pot"), persona.products[:1]) for n in range(6)]

    def first(prompt: Sequence[Message]) -> float:
        began, seen = time.perf_counter(), []

        def stop() -> bool:
            return bool(seen)

        try:
            engine.answer(prompt, 8, 0.0, 60, lambda _: seen.append(time.perf_counter()), stop)
        except (NoAnswer, Stopped):
            pass
        return (seen[0] if seen else time.perf_counter()) - began

    engine.keeps = False
    without = sorted(first(prompt) for prompt in prompts)[len(prompts) // 2]
    engine.keeps = True
    prime = took(lambda: engine.prime([system(persona)], lambda: False))
    cached = sorted(first(prompt) for prompt in prompts)[len(prompts) // 2]
    tokens = len(engine.ids(prompts[0]))
    ROWS.append((f"mind: first token, prefix cache off / on, {tokens} tokens of prompt, tiny model",
                 f"{1000 * without:.0f} / {1000 * cached:.0f} ms, ratio {without / cached:.1f} (read once in {prime:.1f} s)"))  # fmt: skip
