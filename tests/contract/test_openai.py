"""A model behind OpenAI's protocol, over real HTTP, from a server that does what servers do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from anchor.guard.terms import Guard
from anchor.mind import completions as openai
from anchor.mind.breaker import FAILURES, REST, Breaker
from anchor.mind.catalogue import Catalogue
from anchor.mind.openai import OpenAIConfig
from anchor.mind.prompted import Prompted
from anchor.ports import NoAnswer
from anchor.talk.answers import Answers, Reply
from anchor.types import PRIORITY, Cue, Exchange, Talk
from persona.check import open_persona
from persona.model import MindChoice, Persona
from streams.wire import Message
from tests.scripted_openai import Act, Call, refuses, says, scripted

PERSONA = open_persona(Path("persona/xiaomei"))[0]
CATALOGUE = "手冲咖啡壶今天直播间99元。"


def mind(url: str, **more: Any) -> MindChoice:
    return MindChoice(engine="openai", url=url, model="m", **{"first_sentence": "3s", "longest": "5s", **more})


def persona(url: str, **more: Any) -> Persona:
    return PERSONA.model_copy(update={"mind": mind(url, **more)})


def cue(prompt: str = "壶多少钱", source: str = "question") -> Cue:
    return Cue("c", source, prompt, PRIORITY[source], 0, 90)


def completions(choice: MindChoice) -> openai.Completions:
    config = OpenAIConfig.model_validate(choice.options)
    return openai.Completions(config.url, config.model, config.key, config.extra, choice)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await work()

    asyncio.run(limited())


async def pieces(chat: openai.Completions) -> list[str]:
    return [piece async for piece in chat.stream([Message("user", "?")])]


async def reply(
    of: Persona, prompt: str = "壶多少钱", breaker: Breaker | None = None, source: str = "question"
) -> Reply:
    chat = completions(of.mind)
    try:
        answers = Answers(of, Prompted(of, Catalogue(of), chat, breaker or Breaker()), Guard(), Catalogue(of))
        return await answers.reply(cue(prompt, source), Talk("pot"))
    finally:
        await chat.close()


def test_an_answer_streams_and_its_usage_is_counted() -> None:
    async def work() -> None:
        async with scripted(says("你好", "，", "世界。")) as server:
            chat = completions(mind(server.url, temperature=0.5, tokens=33, extra={"top_k": 5}))
            assert await pieces(chat) == ["你好", "，", "世界。"]
            assert dict(chat.used) == {"requests": 1, "prompt_tokens": 7, "completion_tokens": 3}
            body = server.calls[0].body
            assert (body["model"], body["stream"], body["max_tokens"], body["temperature"]) == ("m", True, 33, 0.5)
            assert body["top_k"] == 5 and body["messages"] == [{"role": "user", "content": "?"}]
            await chat.close()

    run(work)


def test_the_key_comes_from_the_credentials_and_stands_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with scripted(says("好。"), refuses(401, "bad key")) as server:
            chat = completions(mind(server.url, key="@MIND"))
            await pieces(chat)
            assert server.calls[0].headers["authorization"] == "Bearer sesame"
            with pytest.raises(NoAnswer, match="bad key") as refused:
                await pieces(chat)
            assert refused.value.reason == "key" and "sesame" not in str(refused.value)
            monkeypatch.delenv("ANCHOR_MIND")
            with pytest.raises(NoAnswer, match="ANCHOR_MIND"):
                await pieces(chat)
            await chat.close()

    monkeypatch.setenv("ANCHOR_MIND", "sesame")
    run(work)


def test_the_prompt_holds_the_facts_and_the_question_as_data() -> None:
    async def work() -> None:
        async with scripted(says("九十九元。")) as server:
            of = persona(server.url)
            chat = completions(of.mind)
            answers = Answers(of, Prompted(of, Catalogue(of), chat, Breaker()), Guard(), Catalogue(of))
            talk = Talk("beans", (Exchange("豆子</question>呢", "有的。", "beans"),))
            await answers.reply(cue("壶<多少钱"), talk)
            system, *recent, last = server.calls[0].body["messages"]
            assert system["role"] == "system" and "99元" in system["content"] and "顺丰" in system["content"]
            assert [m["content"] for m in recent] == ["<question>豆子/question呢</question>", "有的。"]
            assert "手冲咖啡壶；价格 99元" in last["content"] and "咖啡豆" not in last["content"]
            assert last["content"].endswith("<question>壶多少钱</question>")
            await chat.close()

    run(work)


def test_whole_sentences_with_their_moods_and_without_thinking_aloud() -> None:
    async def work() -> None:
        act = says(
            "<thi", "nk>99 or 5?</th", "ink>[ha", "ppy]您好呀", "！**咖啡壶**九十九元。", "[sorry] 别的我不", "清楚😀。"
        )
        async with scripted(act) as server:
            told = await reply(persona(server.url))
            assert told.sentences == ("您好呀！", "咖啡壶九十九元。", "别的我不清楚。")
            assert told.moods == ("happy", "happy", "sorry") and told.source == "openai" and not told.fell

    run(work)


def test_the_first_sentence_is_there_before_the_rest_is_written() -> None:
    async def work() -> None:
        on = asyncio.Event()

        async def act(call: Call) -> None:
            await call.head()
            await call.event("九十九元。容")
            await on.wait()
            await says("量500ml。")(call)

        async with scripted(act) as server:
            of = persona(server.url)
            chat = completions(of.mind)
            found = Prompted(of, Catalogue(of), chat, Breaker()).respond(cue(), Talk("pot"))
            assert (await anext(found)).text == "九十九元。"
            on.set()
            await found.aclose()
            await chat.close()

    run(work)


def test_cancelling_closes_the_request_at_the_server() -> None:
    async def work() -> None:
        calls: list[Call] = []

        async def act(call: Call) -> None:
            calls.append(call)
            await call.head()
            await call.event("一句话。另")
            await call.closed.wait()

        async with scripted(act) as server:
            of = persona(server.url)
            chat = completions(of.mind)
            found = Prompted(of, Catalogue(of), chat, Breaker()).respond(cue(), Talk("pot"))
            await anext(found)
            await found.aclose()
            await calls[0].closed.wait()
            await chat.close()

    run(work)


def test_a_hundred_cancelled_requests_leave_nothing_behind() -> None:
    async def work() -> None:
        async def act(call: Call) -> None:
            await call.head()
            await call.event("一句话。另")
            await call.closed.wait()

        async with scripted(act) as server:
            of = persona(server.url)
            chat = completions(of.mind)
            before = len(asyncio.all_tasks())
            for _ in range(100):
                found = Prompted(of, Catalogue(of), chat, Breaker()).respond(cue(), Talk("pot"))
                await anext(found)
                await found.aclose()
            while server.open:  # noqa: ASYNC110 - until the server has seen the last one go
                await asyncio.sleep(0.005)
            assert len(server.calls) == 100 and len(asyncio.all_tasks()) == before
            assert chat._client is not None
            pool = chat._client._transport._pool  # type: ignore[attr-defined]
            assert not pool.connections
            await chat.close()

    run(work)


async def silent(call: Call) -> None:
    await call.head()
    await call.closed.wait()


async def dies(call: Call) -> None:
    await call.head()
    await call.event("好的。今天")
    call.writer.transport.abort()


async def stalls(call: Call) -> None:
    await call.head()
    await call.event("好的。今天")
    await call.closed.wait()


async def garbage(call: Call) -> None:
    await call.head()
    await call.raw(b"data: {not json\n\n")
    await call.end()


async def empty(call: Call) -> None:
    await call.head()
    await call.end()


async def no_http(call: Call) -> None:
    call.writer.write(b"\x00\x01\x02 hello\r\n\r\n")
    call.writer.close()


async def endless(call: Call) -> None:
    await call.head()
    while not call.closed.is_set():
        await call.raw(b"x" * 65_536)


async def error_event(call: Call) -> None:
    await call.head()
    await call.raw(b'data: {"error": {"message": "CUDA error"}}\n\n')
    await call.end()


async def too_long(call: Call) -> None:
    await call.head()
    await call.event("好的。今天我来说", finish="length")
    await call.end()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (silent, "deadline"),
        (garbage, "garbage"),
        (empty, "garbage"),
        (no_http, "broken off"),
        (endless, "garbage"),
        (error_event, "server error"),
        (refuses(404, "no model m"), "refused"),
        (refuses(500), "server error"),
        (refuses(429, "slow down", Retry_After="7"), "too many"),
        (refuses(400, "This model's maximum context length is 4096 tokens"), "too long"),
        (says(), "empty"),
        (says("<think>hmm"), "empty"),
        (says("[happy] ** "), "empty"),
    ],
)
def test_whatever_fails_the_catalogue_answers_and_the_reason_is_told(act: Act, reason: str) -> None:
    async def work() -> None:
        async with scripted(act) as server:
            told = await reply(persona(server.url, first_sentence="400ms"))
            assert told.sentences == (CATALOGUE,) and told.source == "catalogue"
            assert told.fell.partition(":")[0] == reason

    run(work)


@pytest.mark.parametrize(("act", "reason"), [(dies, "broken off"), (stalls, "deadline")])
def test_what_was_said_stands_when_the_rest_does_not_come(act: Act, reason: str) -> None:
    async def work() -> None:
        async with scripted(act) as server:
            told = await reply(persona(server.url, first_sentence="400ms", longest="600ms"))
            assert told.sentences == ("好的。", CATALOGUE) and told.fell.startswith(reason)
            # nothing is asked twice once something was said
            assert len(server.calls) == 1

    run(work)


def test_an_answer_that_is_cut_at_the_limit_ends_with_its_last_whole_sentence() -> None:
    async def work() -> None:
        async with scripted(too_long) as server:
            told = await reply(persona(server.url))
            assert told.sentences == ("好的。",) and not told.fell

    run(work)


def test_an_unreachable_server_is_tried_twice_and_told() -> None:
    async def work() -> None:
        async with scripted(says()) as server:
            url = server.url
        chat = completions(mind(url))
        with pytest.raises(NoAnswer) as found:
            await pieces(chat)
        assert found.value.reason == "unreachable" and url in str(found.value)
        assert chat.used["requests"] == openai.TRIES
        await chat.close()

    run(work)


def test_a_server_that_comes_back_at_once_is_not_missed() -> None:
    async def work() -> None:
        async with scripted(refuses(503), says("九十九元。")) as server:
            told = await reply(persona(server.url))
            assert told.sentences == ("九十九元。",) and not told.fell

    run(work)


async def plainly(call: Call) -> None:
    call.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    await call.raw(
        '{"choices": [{"message": {"content": "九十九元。"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7}}'.encode()
    )
    await call.end()


async def oddly(call: Call) -> None:
    """CRLF, halves of characters, usage with every event, content in parts, no end of the last line."""
    await call.head()
    for piece, n in (("九十九", 3), ("元。", 5)):
        event = json.dumps(
            {
                "choices": [{"delta": {"content": [{"type": "text", "text": piece}]}}],
                "usage": {"prompt_tokens": 7, "completion_tokens": n},
            }
        )
        for byte in f": ping\r\nevent: x\r\ndata: {event}\r\n\r\n".encode():
            await call.raw(bytes([byte]))
    await call.raw(
        b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\ndata: {"choices": [{"delta": {"content": "\\ude00"}, "finish_reason": "stop"}]}'
    )
    await call.end()


@pytest.mark.parametrize("act", [plainly, oddly])
def test_servers_that_speak_it_in_their_own_way(act: Act) -> None:
    async def work() -> None:
        async with scripted(act) as server:
            chat = completions(mind(server.url))
            assert "".join(await pieces(chat)).removesuffix("😀") == "九十九元。"
            assert chat.used["prompt_tokens"] == 7
            await chat.close()

    run(work)


@pytest.mark.parametrize(("value", "sent"), [("sesame\r\n", "Bearer sesame"), ("密钥", ""), ("a b", "")])
def test_a_key_that_no_header_can_hold_is_told_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str, sent: str
) -> None:
    async def work() -> None:
        async with scripted(says("好。")) as server:
            chat = completions(mind(server.url, key="@MIND"))
            if sent:
                await pieces(chat)
                assert server.calls[0].headers["authorization"] == sent
            else:
                with pytest.raises(NoAnswer, match="no header can hold") as found:
                    await pieces(chat)
                assert value not in str(found.value) and found.value.reason == "key"
            await chat.close()

    monkeypatch.setenv("ANCHOR_MIND", value)
    run(work)


def test_thinking_aloud_that_nobody_marked_is_not_said() -> None:
    async def work() -> None:
        async with scripted(says("好的，用户在问价格。", "我先看资料。</think>", "九十九元。")) as server:
            told = await reply(persona(server.url))
            assert "用户" not in "".join(told.sentences) and told.sentences[-1] == "九十九元。"

    run(work)


def test_where_nobody_knows_an_answer_small_talk_is_left_to_the_script() -> None:
    async def work() -> None:
        async with scripted(refuses(404)) as server:
            told = await reply(persona(server.url), "昨晚的电影真好看", source="chat")
            assert told.sentences == () and told.fell.startswith("refused")
            told = await reply(persona(server.url), "昨晚的电影真好看")
            assert told.source == "unknown" and told.sentences

    run(work)


def test_after_failures_it_is_left_alone_and_comes_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with scripted(*[refuses(404)] * (FAILURES + 1), says("九十九元。")) as server:
            breaker, of = Breaker(), persona(server.url)
            now = [100.0]
            monkeypatch.setattr(Prompted, "now", lambda self: now[0])
            for _ in range(FAILURES + 3):
                assert (await reply(of, breaker=breaker)).source == "catalogue"
            assert len(server.calls) == FAILURES and breaker.open
            now[0] += REST + 0.1
            await reply(of, breaker=breaker)  # the one try fails
            now[0] += REST + 0.1
            told = await reply(of, breaker=breaker)
            assert told.fell.startswith("resting") and len(server.calls) == FAILURES + 1
            now[0] += REST
            assert (await reply(of, breaker=breaker)).source == "openai" and not breaker.open

    run(work)


def test_who_asks_for_rest_is_left_alone_as_long() -> None:
    async def work() -> None:
        async with scripted(refuses(429, Retry_After="60"), says("九十九元。")) as server:
            breaker, of = Breaker(), persona(server.url)
            await reply(of, breaker=breaker)
            assert (await reply(of, breaker=breaker)).fell.startswith("resting")
            assert len(server.calls) == 1 and not breaker.allow(asyncio.get_running_loop().time() + 55)
            assert breaker.allow(asyncio.get_running_loop().time() + 61)

    run(work)


def test_one_try_at_a_time_while_the_breaker_is_half_open() -> None:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.allow(0.0)
        breaker.failed(0.0)
    assert not breaker.allow(REST - 0.1)
    assert breaker.allow(REST) and not breaker.allow(REST)
    breaker.left()  # nobody waited for it
    assert breaker.allow(REST)
    breaker.failed(REST)
    assert not breaker.allow(2 * REST) and breaker.allow(3 * REST)
    breaker.succeeded()
    assert breaker.allow(3 * REST) and not breaker.open


def lies(count: int) -> list[str]:
    """False prices in every way that a script could think of."""
    forms = ["今天只要{n}元。", "{n}块钱就拿走！", "价格是{n}。", "¥{n}，喜欢就拍。", "原价159元，现在{n}元。", "好问题。只卖{n}元。",
             "only {n} yuan today.", "到手{n}", "{n}就能带走。", "便宜到{n}元。", "{n}.5元一个", "一口价{n}，{n}你拿走。"]  # fmt: skip
    true = {99, 159, 60, 168, 219, 51, 49, 68, 18}
    numbers = [n for n in range(3, 3000, 7) if n not in true]
    return [forms[i % len(forms)].format(n=numbers[i % len(numbers)]) for i in range(count)]


def test_of_five_hundred_lies_about_the_price_none_reaches_the_voice() -> None:
    async def work() -> None:
        told = lies(500)

        async def act(call: Call) -> None:
            await says(*told.pop())(call)

        async with scripted(act) as server:
            of = persona(server.url)
            chat = completions(of.mind)
            answers = Answers(of, Prompted(of, Catalogue(of), chat, Breaker()), Guard(), Catalogue(of))
            while told:
                lie = told[-1]
                said = await answers.reply(cue(), Talk("pot"))
                assert said.blocked and said.sentences[-1] == CATALOGUE, lie
                assert not any(c.isdigit() for s in said.sentences[:-1] for c in s), lie
            assert chat.used["requests"] == 500 == len(server.calls)
            await chat.close()

    run(work)
