"""Counts how many questions a persona's mind answers right, by what the answers must and must not contain."""

from __future__ import annotations

import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from anchor import registry
from anchor.talk.answers import Reply
from anchor.talk.edition import Edition
from anchor.text.sentences import joined, sentences
from persona.currency import BEFORE, BEHIND
from persona.model import MindChoice, Persona, Product

PATIENT: dict[str, Any] = {"first_sentence": "30s", "longest": "60s"}
"""what is judged is what is said, not how soon"""
_MONEY = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:{BEHIND})|(?:{BEFORE})\s*(\d+(?:\.\d+)?)", re.I)
_DECLINES = re.compile(
    r"没有准确|说不准|没有标|不清楚|不知道|问一下客服|no earlier|not have that|not guess|not sure|don't know"
)
_STOCK = re.compile(r"(?:还有|还剩|剩|库存|Yes, )\s*(\d+)\s*(?:件|left)")


class BadQuestions(Exception):
    """The file of questions cannot be used; one line a reason."""


def _several(value: Any) -> Any:
    """One word as a list of one, and numbers as the words that they are."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list):
        return tuple(str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v for v in value)
    return value


class Question(BaseModel):
    """One question and what is right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ask: Annotated[str, Field(min_length=1)]
    kind: str = "question"
    focus: str | None = None
    """the product on screen"""
    expect: Annotated[tuple[str | tuple[str, ...], ...], BeforeValidator(_several)] = ()
    """one of each must stand in the answer"""
    forbid: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    """none of these may"""
    ignorance: bool = False
    """it is right not to know, or not to answer at all"""
    sums: tuple[Decimal, ...] = Field(())
    """money that may be said beside the shop's prices"""


@dataclass(slots=True)
class Grade:
    question: Question
    answer: str
    source: str
    wrong: str
    """what is wrong with it; empty when nothing is"""
    false_price: bool = False
    forbidden: bool = False
    fell: str = ""
    ms: float = 0.0


@dataclass(slots=True)
class Result:
    """What became of all questions put to one mind."""

    grades: list[Grade] = field(default_factory=list)

    @property
    def right(self) -> float:
        return sum(not v.wrong for v in self.grades) / max(1, len(self.grades))

    def as_json(self) -> dict[str, Any]:
        kinds: dict[str, list[bool]] = defaultdict(list)
        for v in self.grades:
            kinds[v.question.kind].append(not v.wrong)
        times = sorted(v.ms for v in self.grades) or [0.0]
        return {
            "questions": len(self.grades), "right": round(self.right, 4),
            "false_prices": sum(v.false_price for v in self.grades),
            "forbidden": sum(v.forbidden for v in self.grades),
            "kinds": {kind: [sum(right), len(right)] for kind, right in sorted(kinds.items())},
            "sources": dict(Counter(v.source or "unanswered" for v in self.grades)),
            "fell_back": sum(bool(v.fell) for v in self.grades),
            "ms": {"p50": round(times[len(times) // 2], 2), "p95": round(times[int(len(times) * 0.95)], 2)},
            "wrong": [{"ask": v.question.ask, "answer": v.answer, "why": v.wrong} for v in self.grades if v.wrong],
        }  # fmt: skip


def read(path: Path) -> list[Question]:
    """The questions of a file; raises BadQuestions."""
    try:
        parsed = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadQuestions(f"{path}: {str(error).splitlines()[0]}") from error
    if not isinstance(parsed, list) or not parsed:
        raise BadQuestions(f"{path}: a list of questions is wanted, each with ask: and expect:")
    questions, problems = [], []
    for number, entry in enumerate(parsed, 1):
        try:
            questions.append(Question.model_validate(entry))
        except ValidationError as error:
            fault = error.errors()[0]
            problems.append(f"{path}: question {number}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    if problems:
        raise BadQuestions("\n".join(problems))
    return questions


def mind(name: str) -> MindChoice:
    """catalogue, qwen:FOLDER or openai:URL#MODEL; raises BadQuestions."""
    engine, _, rest = name.partition(":")
    if name == "catalogue":
        return MindChoice()
    if engine == "qwen" and rest:
        choice = MindChoice(engine="qwen", path=str(Path(rest).resolve()), **PATIENT)
    elif engine == "openai":
        url, _, model = rest.partition("#")
        key = "@MIND" if os.environ.get("ANCHOR_MIND") else ""
        choice = MindChoice(engine="openai", url=url, model=model, key=key, **PATIENT)
    else:
        raise BadQuestions(f"--mind: {engine!r} is none of catalogue, qwen:FOLDER, openai:URL#MODEL")
    try:
        registry.configured("mind", engine, choice.options)
    except registry.BadOptions as error:
        raise BadQuestions(f"--mind {engine}: {error}") from None
    return choice


async def put(edition: Edition, questions: Iterable[Question]) -> AsyncIterator[Grade]:
    """Ask them one after the other, as viewers would: through the guard, and what is said through it again."""
    catalogue = edition.answers.catalogue
    for number, question in enumerate(questions):
        began = time.perf_counter()
        reply = await edition.answers.ask(question.ask, question.focus, f"eval:{number}")
        asked = catalogue.all_asked(question.ask)
        grade = judge(edition.persona, catalogue.all_named, question, reply, asked)
        grade.ms = 1000 * (time.perf_counter() - began)
        yield grade


def judge(
    persona: Persona,
    named: Callable[[str], list[Product]],
    question: Question,
    reply: Reply,
    asked: Sequence[Product] | None = None,
) -> Grade:
    """One answer, held to the question's expectations and to the shop's prices and stock; ``named`` gives the products that a
    text names, ``asked`` are those that the question asks about, where its numbers of links count too."""
    answer, source = joined(reply.sentences), reply.source
    forbidden = [word for word in question.forbid if word.lower() in answer.lower()]
    false = _false(persona, named, question, named(question.ask) if asked is None else asked, answer)
    missing = [group for group in question.expect if not _holds(answer, group)]
    declines = source in ("unknown", "pass", "disclosure", "courtesy", "") or bool(_DECLINES.search(answer))
    wrong = ""
    if false:
        wrong = f"says {false}"
    elif forbidden:
        wrong = f"says {forbidden[0]!r}"
    elif missing:
        wrong = f"does not say {_told(missing[0])}"
    elif question.ignorance and not declines:
        wrong = "answers what the shop does not know"
    return Grade(question, answer, source, wrong, bool(false), bool(forbidden), reply.fell)


def _holds(answer: str, group: str | Sequence[str]) -> bool:
    words = (group,) if isinstance(group, str) else group
    plain = re.sub(r"\s", "", answer).lower()
    return any(re.sub(r"\s", "", word).lower() in plain for word in words)


def _told(group: str | Sequence[str]) -> str:
    return repr(group) if isinstance(group, str) else " or ".join(map(repr, group))


def _amounts(text: str) -> list[Decimal]:
    """Every sum of money in a text."""
    return [Decimal(match[1] or match[2]) for match in _MONEY.finditer(text)]


def _false(
    persona: Persona,
    named: Callable[[str], list[Product]],
    question: Question,
    asked: Sequence[Product],
    answer: str,
) -> str:
    """A sum of money or a stock in an answer that is not of the product that its sentence is about."""
    numbers = {Decimal(n) for group in question.expect for word in ([group] if isinstance(group, str) else group)
            for n in re.findall(r"\d+(?:\.\d+)?", word)}  # fmt: skip
    texts = [*persona.shop.values(), *(f.answer for f in persona.faq)]
    also = {amount for text in texts for amount in _amounts(text)} | numbers | set(question.sums)
    about = asked or [p for p in [persona.product(question.focus)] if p is not None]
    for sentence in sentences(answer):
        about = named(sentence) or about
        of = about or list(persona.products)
        money = {price for p in of for price in (p.price, p.was, p.after) if price is not None} | also
        money |= {p.price_of(variant) for p in of for variant in p.variants}
        money |= {p.was - price for p in of if p.was is not None for price in (p.price, *map(p.price_of, p.variants))}
        money |= {amount for p in of for value in p.facts.values() for amount in _amounts(value)}
        if wrong := next((amount for amount in _amounts(sentence) if amount not in money), None):
            return f"the price {wrong}"
        for match in _STOCK.finditer(sentence):
            if int(match[1]) not in {
                stock for p in of for stock in (p.left, *(variant.stock for variant in p.variants))
            }:
                return f"the stock {match[1]}"
    return ""


def table(scores: dict[str, Result]) -> str:
    """For people: a column for each mind."""
    results = {name: score.as_json() for name, score in scores.items()}
    width = max([12, *(len(name) for name in results)])

    def row(title: str, values: Iterable[str]) -> str:
        return f"{title:<16}" + "".join(f"{value:>{width + 2}}" for value in values)

    kinds = sorted({kind for result in results.values() for kind in result["kinds"]})
    lines = [row("", results), row("questions", (str(f["questions"]) for f in results.values()))]
    lines += [row("right", (f"{100 * f['right']:.1f} %" for f in results.values()))]
    lines += [row("false prices", (str(f["false_prices"]) for f in results.values()))]
    lines += [row("forbidden", (str(f["forbidden"]) for f in results.values()))]
    lines += [row("fell back", (str(f["fell_back"]) for f in results.values()))]
    lines += [row("ms, half", (f"{f['ms']['p50']:g}" for f in results.values())), ""]
    for kind in kinds:
        lines.append(row(kind, ("{}/{}".format(*f["kinds"].get(kind, (0, 0))) for f in results.values())))
    for name, result in results.items():
        if result["wrong"]:
            lines += ["", f"wrong, {name}:"]
            lines += [f"  {w['ask']}\n    {w['answer'] or '(nothing)'}\n    {w['why']}" for w in result["wrong"]]
    return "\n".join(lines)
