"""The persona as typed values: what an operator may write, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from persona.currency import CURRENCIES, Currency
from persona.output import Output
from persona.product import Product as Product
from persona.schedule import Schedule
from persona.values import Choice, Duration, Id, Line, Part, Short, Whole, Words, Zone, at_most

VERSION = 1
"""of the persona's format; a change that an older anchor cannot read makes it one more, with a migration and its test"""
PLATFORMS = ("douyin", "kuaishou", "weixin", "taobao", "xiaohongshu", "bilibili", "tiktok", "youtube", "twitch")


class Anchor(Part):
    """Who speaks."""

    name: Words
    language: Literal["zh-CN", "en-US"] = "zh-CN"
    character: str = ""
    """in a few words, for a language model"""


class Disclosure(Part):
    """What tells viewers that nobody is there. The label is burned into every picture; nothing switches it off."""

    label: Words = "AI 生成 · 虚拟主播"
    """must say AI or virtual"""
    line: Words
    """spoken at the start and each `every`, and the answer to 是真人吗; it must say that this is no human"""
    every: Duration = 900.0
    """1m to 1h"""
    producer: Annotated[str, at_most(200)] = ""
    """who is liable for the content, for the stream's metadata: a name or a unified social credit code"""
    acknowledged: tuple[Literal[PLATFORMS], ...] = ()  # type: ignore[valid-type]
    """platforms whose rules on AI anchors you have read and met, see docs/platforms.md"""

    @field_validator("label")
    @classmethod
    def _tells(cls, label: str) -> str:
        _says_ai(label, "the label must say that this is AI or virtual, such as 'AI 生成 · 虚拟主播'")
        if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label) > 28:
            raise ValueError("at most 14 Chinese characters fit into the picture at the size that the law asks for")
        return label

    @field_validator("line")
    @classmethod
    def _says(cls, line: str) -> str:
        _says_ai(line, "the line must say that the anchor is AI or virtual, such as '我是 AI 虚拟主播'")
        return line

    @field_validator("every")
    @classmethod
    def _often(cls, every: float) -> float:
        if not 60 <= every <= 3600:
            raise ValueError("between 1m and 1h")
        return every


def _says_ai(text: str, message: str) -> None:
    told = re.search(r"(?<![a-z])AI(?![a-z])|人工智能|虚拟|数字人|virtual|artificial", text, re.I)
    denied = re.search(
        r"(?:不是|并非|没有|非)\s*(?:AI|人工智能|虚拟|数字人)|\b(?:not|no|isn't) (?:an? )?(?:AI|virtual|artificial)|真人",
        text,
        re.I,
    )
    if not told or denied:
        raise ValueError(message)


class Look(Choice):
    """What is seen. Further keys belong to the rig."""

    rig: Words = "drawn"
    """who is animated: a face that is installed, such as drawn or photo"""
    background: str = ""
    """a colour as `"#e8eef8"`, or a picture or a film in the persona's folder; a film begins again at its end"""
    clock: Zone = ""
    """the time zone of a clock in the picture, such as Asia/Shanghai"""
    banner: Short = ""
    """words of a sale, above the figure"""
    ticker: bool = False
    """show the questions that were answered last, names and numbers masked"""
    qr: bool = False
    """show the link of a product as a code on its card; not every platform allows it"""
    orientation: Literal["portrait", "landscape"] = "portrait"


class VoiceChoice(Choice):
    """What is heard. Further keys belong to the engine."""

    engine: Words = "espeak"
    """a voice that is installed"""
    rate: float = Field(1.0, ge=0.5, le=2.0)
    """how fast"""
    lexicon: dict[str, str] = Field({})
    """pronunciations as pinyin: `便宜: pian2 yi5`"""
    cloned: bool = False
    """this is the voice of a real person, who must have agreed"""
    consent: str = ""
    """a file of that person's consent, in the persona's folder, with `voice: true`"""

    @model_validator(mode="after")
    def _agreed(self) -> VoiceChoice:
        if self.cloned and not self.consent:
            raise ValueError("a cloned voice needs consent: FILE, see docs/photo.md")
        return self


class MindChoice(Choice):
    """Who answers. Whatever it is, prices and promises are held to the catalogue, which answers in its place when it fails.
    Further keys belong to the engine, see [mind.md](mind.md)."""

    engine: Words = "catalogue"
    """a mind that is installed: catalogue answers by what stands here alone"""
    first_sentence: Duration = 4.0
    """when the first sentence must be there; the catalogue answers then"""
    longest: Duration = 20.0
    """when the whole answer must be there; what has come by then stands"""
    tokens: int = Field(160, ge=8, le=2000)
    """the longest answer of a language model"""
    temperature: float = Field(0.3, ge=0.0, le=2.0)

    @field_validator("first_sentence", "longest")
    @classmethod
    def _patience(cls, seconds: float) -> float:
        if not 0.1 <= seconds <= 120:
            raise ValueError("between 100ms and 2m")
        return seconds

    @model_validator(mode="after")
    def _fits(self) -> MindChoice:
        if self.longest < self.first_sentence:
            raise ValueError("longest is shorter than first_sentence")
        return self


class ChatSource(Choice):
    """One room whose viewers are heard. Further keys belong to the platform."""

    platform: Words
    """a platform that is installed"""
    silent_after: Duration = 0.0
    """tell the operator when nothing has come from it for so long; never if not given"""


class Sound(Part):
    """What is heard beside the voice."""

    bed: str = ""
    """music under the show, a file in the persona's folder"""


class Faq(Part):
    """A question and its answer."""

    ask: tuple[Annotated[Words, Field(pattern=r"\w")], ...] = Field(min_length=1)
    """ways to ask it"""
    answer: Line


class Script(Part):
    """Something to say between questions. `[A|B]` is said now one way and now the other."""

    id: Id
    product: Id | None = None
    """shown while it plays"""
    lines: tuple[Annotated[Line, Field(pattern=r"\w")], ...] = Field(min_length=1)


class Rules(Part):
    """How viewers are treated, and what is never said."""

    forbidden: tuple[Words, ...] = ()
    """words that are never spoken nor shown, and comments with them dropped; beside the lists in anchor/guard/terms.yaml"""
    allowed: tuple[Words, ...] = ()
    """words and phrases that those lists must let pass here"""
    stale_after: Duration = 90.0
    """questions that were not answered by then are dropped"""
    answer_seconds: Duration = 20.0
    """the longest answer; what goes beyond is left out at a sentence's end"""
    viewers_per_minute: Duration = 45.0
    """speech for viewers in a minute; the rest is for scripts. Paid questions and the operator are not held back by it"""
    viewer_pause: Duration = 10.0
    """a viewer's third question within this time waits in vain"""
    chat_pause: Duration = 45.0
    """small talk is answered this often at most"""
    thank: bool = True
    """gifts, orders, follows"""
    greet: bool = True
    """who enters, some names at a time"""
    memory: Duration = 30 * 86_400.0
    """how long what was said to a viewer is remembered"""

    @field_validator("stale_after")
    @classmethod
    def _sensible(cls, seconds: float) -> float:
        if not 5 <= seconds <= 3600:
            raise ValueError("between 5s and 1h")
        return seconds

    @field_validator("answer_seconds")
    @classmethod
    def _speakable(cls, seconds: float) -> float:
        if not 3 <= seconds <= 120:
            raise ValueError("between 3s and 2m")
        return seconds

    @field_validator("viewers_per_minute")
    @classmethod
    def _some(cls, seconds: float) -> float:
        if not 5 <= seconds <= 60:
            raise ValueError("between 5s and 1m")
        return seconds


class Persona(Part):
    """Everything about one anchor and its shop."""

    version: Whole = VERSION
    """of this format"""
    anchor: Anchor
    disclosure: Disclosure
    look: Look = Look()
    voice: VoiceChoice = VoiceChoice()
    mind: MindChoice = MindChoice()
    chat: tuple[ChatSource, ...] = ()
    """where viewers write; `--chat` on the command line replaces it"""
    sound: Sound = Sound()
    currency: Literal[tuple(CURRENCIES)] = "CNY"  # type: ignore[valid-type]
    """of every price: written, printed and said as such"""
    products: tuple[Product, ...] = ()
    shop: dict[Words, Words] = Field({})
    """what holds for the whole shop: `营业时间: 每天 9:00-22:00`, `包邮: 满 59 元包邮`"""
    faq: tuple[Faq, ...] = ()
    scripts: tuple[Script, ...] = Field(min_length=1)
    schedule: Schedule
    rules: Rules = Rules()
    output: Output = Output()

    @field_validator("version")
    @classmethod
    def _known(cls, version: int) -> int:
        if not 1 <= version <= VERSION:
            raise ValueError(
                f"this persona is of version {version}, and this anchor knows up to {VERSION}: install a newer one"
            )
        return version

    @property
    def money(self) -> Currency:
        """How prices are said and printed."""
        return CURRENCIES[self.currency]

    @property
    def english(self) -> bool:
        """Whether the anchor speaks English."""
        return self.anchor.language.startswith("en")

    def product(self, name: str | None) -> Product | None:
        """The product of this id, if there is one."""
        return next((p for p in self.products if p.id == name), None)
