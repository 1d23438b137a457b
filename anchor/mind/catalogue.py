"""Questions to answers from the operator's catalogue alone: no model, so nothing can be made up."""

from __future__ import annotations

import functools
import re
from collections.abc import AsyncGenerator, Sequence

from anchor.guard.identity import asks
from anchor.mind.compare import Compared, compare
from anchor.mind.concepts import any_free, any_of, concepts, kinds, strength
from anchor.mind.facts import Facts
from anchor.mind.forms import Form, form_of, single
from anchor.mind.money import LISTED, Money
from anchor.mind.names import Place
from anchor.mind.question import Read, Reader
from anchor.mind.retrieve import bare
from anchor.mind.sizes import body, fit
from anchor.mind.wording import Words
from anchor.text.forms import FORM
from anchor.types import Answer, Cue, Fact, Talk
from persona.fill import filled
from persona.model import Persona, Product

ANSWERS = 256
"""kept: in a flood many ask the same, and each question is looked at twice"""
LONGEST = 200
"""characters of a question that are read"""
_FORMED = re.compile(FORM)
_ABOUT = ("price", "was", "bargain", "stock", "buy", "total", "fit", "wear", "differ", "about")
"""what is asked about goods beside their facts"""
_ASKING = re.compile(
    r"[?？吗么呢嘛没不]|多[久重大长高厚宽远]|什么|啥|怎么|多少|几|哪|谁|可以|可不可以|能|有没有|是不是|会不会|适合|推荐|还是|求|\b(?:how|what|which|when|where|who|can|could|is|are|do|does|did|will|would)\b",
    re.I,
)
_TALK = re.compile(
    r"主播.{0,4}(?:吃|累|结婚|多大|几岁|哪里人|声音|长得|好看|漂亮|身高|体重|男朋友|女朋友|是男|是女|住|几点睡|叫)|(?:^|[^谁])你(?:们老板)?(?:是哪|叫|多大|喜欢|住|吃|累|好看|今天|有男|有女|几岁|结婚)|天气|男朋友|女朋友|唱.{0,2}[歌首]|跳.{0,2}舞|星期几|现在几点|几点了|追剧|房管|禁言|好卡|打游戏|这首歌|几个人在|多久了$|晚安|早安|吃什么好"
    r"|\b(?:greetings|hello|hi|watching) from\b|\bi(?: am|'m) from\b|\bwhere are you\b|\bwhat song\b|\bi love your\b"
)
"""small talk that sounds like a question"""
_STATED = re.compile(r"(?:我|俺|咱|老家|刚|已经)(?!要|想|买|拍|有)")
_GOODS = re.compile(
    r"^(?:请问|主播|那|这个?|它)?(?:还?有|能|可以|会|是)[^你]{1,10}[吗嘛么]|说明书|正品|发票|包邮|快递|发货|退|换|保修|质保|优惠|活动|赠|新手|送人|好用|好洗|好喝|好吃|怎么用|怎么选|尺|码|色|材|味|重|容量|大小|买|拍|链接|单买|单卖|这[个款件]|它|这[双条台盒瓶包]|旗舰店|线下|实体|刻字|礼盒|礼袋|插头|电池|配件|声音大|质量|能[发到]|胸围|腰围|臀围|肩宽|口径|直径|评价|起球|掉色|缩水|甲醛|副作用|过敏|孕妇|宝宝|小孩|老人|适合"
    r"|\b(?:it|ship|return|gift|order|warranty|refund|made of|come in|deliver|invoice|fit|work)\b"
)
_MODEL = r"\d+(?:\.\d+)?[a-z]{0,4}|[a-z]{1,6}\d+[a-z]{0,4}"
_TRAIT = r"[㐀-鿿]{1,3}(?:款|版|型|装|味|领)|[㐀-鿿]{0,2}[^天晚在才刚讲说看试拍买卖要想家们播间次年月前后上下边种个款这那些到过了用穿里手中拿藏收的你我他它您\W\da-z](?=的)"
_FORMED_BESIDE = re.compile(
    rf"(?<![㐀-鿿a-z0-9])({_TRAIT}|{_MODEL}|[a-z]{{2}})(?:的|码|号)?\0|\0+\s*({_TRAIT}|{_MODEL})(?![㐀-鿿]?[块元个件])"
)
"""a form right before or behind a product's name: 加绒的T恤, 手机壳15pro的, 风扇立式的"""
_FORMED_ALONE = re.compile(rf"^\W*(?:请问)?({_TRAIT}|{_MODEL}|[a-z]{{2}})(?:的|码|号)?[吗呢呀啊么不没]?\W*$")
"""the same where no name stands: 165还有吗, 长款还有吗"""
_SMALL_TALK = re.compile(r"[这那哪同新旧爆热本每]款|[这那]个|是$|是.$")
_THERE = re.compile(r"有(?!什么|啥|哪|几)|do you have|available|in stock")
_MANY = re.compile(
    r"(\d{2,4}|[一二两三四五六七八九]?[十百])\s*[个件条只双张台款把包袋瓶套份盒罐支本箱].{0,8}(?:有|够|能)|(?:有|够|能).{0,4}\d{2,4}\s*[个件条只双张台款把包袋瓶套份盒罐支本箱]|\b(?:can i|could i|do you have) (?:get|buy|order|have )?\s*\d{2,4}\b"
)


_SHOW = re.compile(
    r"讲解|介绍|讲[讲下]|讲一下|讲讲|说说|说一下|[看瞧][看瞧下]|看一下|想看|要看|过一下|过一遍|上一下|试一下|展示|回放|再讲|重新讲|^(?:上|切|切到|回|回到|换|换到|跳到)(?=\0)|\bshow(?: me)?\b|tell me about|introduce|let me see"
)
"""a product is to be shown"""
_OF_IT = re.compile(r"(?:什么|啥|哪个?)(?:品种|牌子|轴|型号|版本|颜色|材|码|味|色|级)|几[代号级]")
_NAME = re.compile(r"(?:你|主播)(?:叫|的名字|是谁)|怎么称呼(?:你|主播)|who are you|your name")
_ASIDE = re.compile(
    r"(?:你|主播|小姐姐|她|他).{0,6}(?:多大|几岁|男朋友|女朋友|结婚|对象|单身|哪里人|住哪|吃饭|工资|身高|微信|喜欢什么|睡)|(?:明天|今天|后天|今晚|周末|外面).{0,4}(?:下雨|下雪|冷吗|热吗|天气)|天气怎么样|(?:晚上|中午|早上|今天|晚饭|午饭).{0,2}吃什么|球赛|股票|彩票|八卦|男朋友|女朋友|结婚了"
)
"""about the anchor or the world"""
_ORDER = re.compile(
    r"查.{0,4}[单件]|(?:我|您|你)的?(?:订单|快递|包裹|单子)|订单号|改.{0,2}地址|改.{0,2}单|催.{0,3}(?:发|单|货)|取消.{0,2}单|到哪[了儿里]|退款.{0,3}(?:到|没)|还没(?:收到|发)|怎么还不发|my order"
)
"""what only customer service can look up"""
_ARRIVES = re.compile(
    r"(?:几天|多久|什么时候|几时|哪天|多长时间).{0,3}(?:能|会|可以)?(?:送)?(?:到货?|收到|拿到)|when will it arrive"
)
_WHEN = re.compile(r"什么时候|几号|几时|多久|哪天|when|how soon")


class Catalogue:
    """Answers by what is written in the persona: facts, prices, stock, sizes, faq."""

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._reader = Reader(persona.products, persona.anchor.name)
        self._facts = Facts(persona, self._reader.named)
        self._money = Money(persona, self._facts)
        self._say = Words(persona)
        self._answers = functools.lru_cache(ANSWERS)(self._answer)

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        yield self.answer(cue.prompt, talk.focus)

    def named(self, question: str) -> str | None:
        """The product that a question names, the first one if there are several."""
        found = self._reader.read(question[:LONGEST]).products
        return found[0].id if found else None

    def all_asked(self, question: str) -> list[Product]:
        """Every product that a question is about, by its names or by its number in the list."""
        return self._reader.read(question[:LONGEST]).products

    def all_named(self, text: str) -> list[Product]:
        """Every product that a text names as it is written, in its order."""
        return self._reader.named(text)

    def placed(self, text: str) -> list[tuple[int, Product]]:
        """The same, with where each is named."""
        return self._reader.placed(text)

    def called(self, text: str) -> list[Place]:
        """Every place at which a product is named or called by its number; ``text`` is folded by :func:`anchor.mind.names.plain`."""
        return self._reader.called(text)

    def knows(self, question: str, focus: str | None = None) -> bool:
        """Whether there is anything here that answers it, for the product in focus or any."""
        any_ = focus or next((p.id for p in self._persona.products), None)
        return self.answer(question, any_).source not in ("unknown", "courtesy")

    def about_goods(self, question: str, focus: str | None = None) -> bool:
        """Whether a comment is a question about the goods, known or not: it deserves an answer, if only that nobody has told us."""
        asked = self._reader.read(question[:LONGEST])
        if _TALK.search(asked.words) and not asked.mentions:
            return False
        if self.knows(question, focus):
            return True
        if _ORDER.search(asked.words) or asked.no_link:
            return True
        if _ASIDE.search(asked.words) and not asked.mentions:
            return False
        short = len(asked.words) <= 14 and not _STATED.match(asked.words)
        if not _ASKING.search(asked.words):  # 发货地, 裙子胸围, white m in stock
            return short and (bool(asked.mentions) or self._facts.asks(asked) or self._asks_stock(asked) > 0)
        special = concepts().special
        wants = any(any_of(asked.rest, special[kind]) for kind in _ABOUT) or _FORMED.search(asked.rest) is not None
        return wants or bool(asked.mentions) or self._facts.asks(asked) or _GOODS.search(asked.words) is not None

    def answer(self, question: str, focus: str | None = None) -> Answer:
        """The answer to a question; ``focus`` is the product on screen or last talked about."""
        return self._answers(question[:LONGEST], focus)

    def _answer(self, question: str, focus: str | None) -> Answer:
        asked = self._reader.read(question)
        # the language follows the question, but an English voice speaks no Chinese
        say = self._say.in_english(asked.english)
        return say.in_its_money(self._answer_in(asked, question, focus, say))

    def _answer_in(self, asked: Read, question: str, focus: str | None, say: Words) -> Answer:
        if asks(question) or _NAME.search(asked.words):
            return say.disclosure()
        product = asked.products[0] if asked.mentions else self._persona.product(focus)
        if asked.no_link:
            return say.no_link(asked.no_link)
        if _ORDER.search(asked.words):
            return say.unknown(product)
        if (_ASIDE.search(asked.words) or _TALK.search(asked.words)) and not asked.mentions:
            return say.aside()
        if not asked.mentions and (greeting := say.courtesy(asked.words)) is not None:
            return greeting
        on_screen = self._persona.product(focus)
        if (compared := self._compared(asked, on_screen, say)) is not None:
            return compared
        for attempt in (self._size, self._priced, self._stocked, self._told, self._general):
            if (found := attempt(asked, product, say)) is not None:
                return found
        return say.unknown(product)

    # each of these answers, or leaves the question to the next

    def _size(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        if not (product and product.sizes):
            sized = [p for p in self._persona.products if p.sizes]
            sized = [p for p in sized if any(n in asked.rest for told in p.sizes.values() for n in told)] or sized
            if asked.mentions or len(sized) != 1 or product is not None:
                return None
            product = sized[0]
        special, rest = concepts().special, asked.rest
        counts = asked.pieces or any(mention.pieces for mention in asked.mentions) or any_of(rest, special["total"])
        if re.search(r"[换退]|不[合对]", rest) or self._asks_stock(asked) or (counts and not body(rest)):
            return None
        wants, wears = any_free(rest, special["fit"]), any_of(rest, special["wear"])
        named = next(
            (
                s
                for s in product.sizes
                if re.search(rf"(?<![a-z0-9.]){re.escape(s.lower())}\s*(?:码|号|适合|是?多[高重大胖])", rest)
            ),
            "",
        )
        if any_of(rest, special["price"]) and not (wants and body(rest)):
            return None
        if (wants or wears or body(rest)) and not named and (found := fit(rest, product)) is not None:
            return say.fits(product, found)
        if named and (any(name in rest for name in product.sizes[named]) or re.search(r"适合|多[高重胖]", rest)):
            return say.sizes(product, named)
        return say.sizes(product) if (wants and not product.variants) or named or wants else None

    def _compared(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        found = compare(asked, product, self._persona.products)
        if found is None:
            return None
        return say.compared(found) if isinstance(found, Compared) else say.differ(found)

    def _priced(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        found = self._money.answer(asked, product, say)
        if found is None or product is None or product.left is None or len(asked.mentions) > 1:
            return found
        if found.source != "catalogue" or not product.left or not self._asks_stock(asked):
            return found  # that there is none left is said with the price
        stock = self._stock(asked, product, say)
        return found if stock.source == "unknown" else say.both(found, stock)

    def _asks_stock(self, asked: Read) -> float:
        if not asked.mentions and re.search(r"[几多][天久].{0,2}到货", asked.rest):
            return 0.0  # how long it travels
        return strength(asked.rest, concepts().special["stock"])

    def _stocked(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        wants = self._asks_stock(asked) or 2.0 * bool(
            _MANY.search(asked.rest) or ("还有" in asked.rest and product and not product.left)
        )
        only = (
            bool(asked.mentions)
            and re.search(r"有(?!什么|啥|哪|几)|do you have", asked.rest)
            and not bare(asked.rest.replace("\0", " "))
        )
        if product is None and not asked.mentions and (wants or "有" in asked.rest):
            product = self._with_form(asked)
        form = form_of(asked.rest, product) if product is not None else Form()
        # 托特包有黑色的吗 asks for a variant, and is about stock
        asks_form = form.variants or (form.unknown and product is not None and product.variants)
        wants = wants or 2.0 * bool(asks_form and _THERE.search(asked.rest))
        counted = [p for p in self._persona.products if p.left is not None][:LISTED]
        if wants and product is None and self._of_something(asked):
            return say.unknown(None)  # XL of what?
        if wants and product is None and counted:
            return say.stocks(counted)
        if not (wants or only) or product is None or (product.left is None and not product.variants):
            return None
        if form.variants or (form.unknown and wants):
            return self._stock(asked, product, say)
        # 还有吗 is about the goods, 还有粉色吗 about something of them
        other = self._facts.unit(asked, product)
        if other is not None and other.score > wants + 2 and not only:
            unit = other.unit
            assert unit is not None, "it is one"
            told = say.fact(unit.product, unit.key, unit.value, unit.point)
            return say.both(told, say.stock(product)) if not product.left else told
        faq = self._facts.faq(self._reader.read("什么时候补货到货") if _WHEN.search(asked.rest) else asked, product)
        if faq is not None and (faq.sure or _WHEN.search(asked.rest)) and not product.left:
            return say.both(say.stock(product), Answer(faq.faq, "catalogue", (Fact("faq", None, faq.faq),), product.id))
        return self._stock(asked, product, say)

    def _of_something(self, asked: Read) -> bool:
        """Whether a question of stock is about something that no product is: a form, or other goods."""
        formed = _FORMED.search(asked.rest) or any(form_of(asked.rest, p).unknown for p in self._persona.products)
        left = bare(_without(asked.rest, concepts().special["stock"]))
        return bool(formed) or len(re.findall(r"[㐀-鿿]", left)) >= 2

    def _with_form(self, asked: Read) -> Product | None:
        """The one product that is sold in the form that is asked for."""
        fitting = [p for p in self._persona.products if p.variants and form_of(asked.rest, p).variants]
        return fitting[0] if len(fitting) == 1 else None

    @staticmethod
    def _stock(asked: Read, product: Product, say: Words) -> Answer:
        """What is left of the form that is asked for; of the whole only where no form is."""
        form, when = form_of(asked.rest, product), bool(_WHEN.search(asked.rest))
        unknown = form.unknown or ("" if form.variants else _left_over(asked, product))
        if unknown:
            return say.no_form(product, unknown)
        return say.stock_of(product, form.variants, when) if form.variants else say.stock(product, when)

    def _told(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        """What the shop has written down."""
        if _STATED.match(asked.words) and not asked.mentions and not _ASKING.search(asked.words):
            return None  # 我刚下班 asks nothing
        if len(asked.mentions) > 1:
            several = [one for one in self._facts.of_each(asked) if one[0] in asked.products]
            if len(several) > 1:
                return say.facts(several[:LISTED])
        found = self._facts.best(asked, product)
        if found is None:
            several = self._facts.of_each(asked) if product is None else []
            return say.facts(several[:LISTED]) if several else None
        if found.unit is None:
            return Answer(found.faq, "faq", (Fact("faq", None, found.faq),), product.id if product else None)
        told = say.fact(found.unit.product, found.unit.key, found.unit.value, found.unit.point)
        return say.on_the_way(told) if _ARRIVES.search(asked.words) and "ship_time" in kinds(found.unit.key) else told

    def _general(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        """What is left: how to buy, what there is, a product in general."""
        special, rest = concepts().special, asked.rest
        if any_of(rest, special["buy"]) and product is not None and product.link:
            return say.buy(product)
        if product is None and self._persona.products and any_of(rest, special["list"]):
            return say.prices(self._persona.products[:LISTED], False)
        if product is None:
            return None
        rest_left = _SHOW.sub(" ", rest)
        left = re.sub(r"\s|[?？!！。,，~]", "", bare(_without(rest_left, special["about"]).replace("\0", " ")))
        if self._facts.asks(asked) or _OF_IT.search(rest) or self._asks_stock(asked):
            return None  # something of it is asked for that nobody has written down
        asked_about = any_of(rest, special["about"])
        shows = _SHOW.search(rest)
        # 看看 by itself is what passers-by say
        if (
            shows
            and len(left) <= 4
            and (asked.mentions or asked.pointed or (asked_about and shows[0][0] not in "看瞧想要"))
        ):
            return say.introduce(product, self._script(product))
        if asked.mentions and len(left) <= (4 if asked_about else 0):
            return say.about(product)
        if asked_about and not shows and len(left) <= 2 and len(asked.words) <= 30:
            return say.about(product)
        return None

    def _script(self, product: Product) -> str:
        """The first script about a product that can be said now, unlike one with {pot.was} after a sale; empty if there is none."""
        persona = self._persona
        scripts = (script for script in persona.scripts if script.product == product.id)
        sayable = (s.id for s in scripts if all(filled(line, persona) is not None for line in s.lines))
        return next(sayable, "")


def _left_over(asked: Read, product: Product) -> str:
    """What a question of stock says of a product beside its name and the words of stock, where the product's own texts do not: 迷你款,
    165, 15pro. It may be a form that nobody has counted."""
    for clause in re.split(r"[,，。.!！;；~\s]+", asked.rest):
        if not any_of(clause, concepts().special["stock"]) and "还有" not in clause:
            continue
        words = _without(clause, concepts().special["stock"])
        named = _FORMED_BESIDE.search(words) or _FORMED_ALONE.search(words)
        word = next((group for group in named.groups() if group), "") if named is not None else ""
        if word and not single(word, product) and not _SMALL_TALK.search(word):
            return word
    return ""


def _without(words: str, keys: Sequence[str]) -> str:
    for key in sorted(keys, key=len, reverse=True):
        words = words.replace(key, " ")
    return words
