"""What is wrong in a text that is not YAML: an operator's line and column, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml

Hint = tuple[int, int, str]
"""line and column, both from 1, and the message"""

LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
"""what ends a line for YAML"""
_ODD_BLANKS = "\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"
_ODD_INDENT = re.compile(rf"^(?:[ \t]|- )*(?P<odd>[{_ODD_BLANKS}])")
_TAB = re.compile(r"^ *(?P<tab>\t)\s*\S")
_QUOTE = re.compile(r"""(?:^\s*(?:- +)*|[:,\[{]\s+|\[|\{|- +)(?P<quote>["'])""")
_WIDE_COLON = re.compile(
    r"^\s*(?:- +)?(?P<key>[^\s:：#\"'，。！？,\[\]{}-][^:：#\"'，。！？,\[\]{}]{0,30})(?P<colon>：)"
)
_WIDE_COLON_INSIDE = re.compile(r"[{,]\s*(?P<key>[^\s:：,{}\[\]\"']{1,30})(?P<colon>：)")
_TIGHT_COLON = re.compile(r"^\s*(?:- +)?(?P<key>[A-Za-z_]\w{0,30}|[\u4e00-\u9fff]{1,8})(?P<colon>:)(?=[^\s:/])")
_TIGHT_DASH = re.compile(r"^\s*(?P<dash>-)(?=[^ \t\-])")
_WIDE_DASH = re.compile(r"^\s*(?P<dash>[－—–−•·])")
_WIDE_COMMA = re.compile(
    r"[\[{].*?(?P<comma>[，、；])\s*(?:[^\s，、；:：{}\[\]]+:\s|[\"'\[{])|[\]}\"']\s*(?P<behind>[，、；])"
)
_ODD_VALUE = re.compile(rf"^\s*(?:- +)?(?P<key>\w+):(?P<odd>[{_ODD_BLANKS}])")
_WIDE_QUOTE = re.compile(r"(?:[:\[,]\s*|- +)(?P<quote>[“”‘’「＂＇])")
_WIDE_BRACKET = re.compile(r"(?:[:\[,]\s*|- +)(?P<bracket>[｛［])")
_BRACES = re.compile(r"""(?P<brace>\{[^{}"':,]*\.[^{}"':,]*\})""")
_CHOICE = re.compile(r"(?:^\s*|: +|- +)(?P<bracket>\[[^\[\]]*\]|\{[^{}]*\})\s*[^\s,\]}#]")
_HASH = re.compile(r"""[^\s"'#] (?P<hash>#)(?=\S)""")
_HASH_ENTRY = re.compile(r"[\[{,]\s*(?P<hash>#)(?P<word>[^\s,\]}#]+)")
_NO_ENTRY = re.compile(r"(?:,|\[|\{)\s*(?P<comma>,)")
_INDICATORS = {"@": "@", "`": "`", "%": "%", "*": "*", "&": "&", "!": "!", "|": "|", ">": ">"}


def not_yaml(text: str, error: yaml.YAMLError) -> Hint:
    """Where the mistake is that made ``error``, which often is before the place where the parser gave up."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _unreadable(text, error)
    line, column, message = _hint(text, error)
    return line, column, f"not YAML: {message}"


def _hint(text: str, error: yaml.MarkedYAMLError) -> Hint:
    lines = [*LINE_BREAK.split(text), ""]  # the parser may stop one line behind the last
    problem, context = error.problem_mark or error.context_mark, error.context_mark
    line, column = (problem.line + 1, problem.column + 1) if problem is not None else (1, 1)
    begin = (context.line + 1, context.column + 1) if context is not None else (line, column)
    what = str(error.problem)
    if hint := _open_quote(lines, str(error.context), begin, line):
        return hint
    near = range(
        max(1, min(begin[0], line) if "simple key" in str(error.context) else line - 1), min(line, len(lines)) + 1
    )
    if hint := next(_marks(lines, near), None):
        return hint
    if hint := _character(lines, line, column, begin, what):
        return hint
    if hint := _brackets(lines, str(error.context), what, begin, line):
        return hint
    if hint := _structure(lines, line, column, begin, what):
        return hint
    return line, column, what


class NotText(ValueError):
    """A file that is not UTF-8, with the place of its first wrong byte, from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, without a byte order mark; raises NotText with what it may have been saved as."""
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff") or (data[1:4] == b"\0\0\0" or data[:3] == b"\0\0\0"):
        raise NotText(1, 1, "the file is saved as UTF-32: save it as UTF-8")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:64]:
        raise NotText(1, 1, "the file is saved as UTF-16: save it as UTF-8")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        at = error.start
    start = data.rfind(b"\n", 0, at) + 1
    column = len(data[start:at].decode("utf-8", "replace")) + 1
    encodings = [name for name, codec in (("GBK", "gb18030"), ("Big5", "big5")) if _decodes(data, codec)]
    guess = f", and may be saved as {' or '.join(encodings)}" if encodings else ""
    line = data.count(b"\n", 0, at) + 1
    raise NotText(line, column, f"byte {at + 1} (0x{data[at]:02X}) is not UTF-8{guess}: save the file as UTF-8")


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(text: str, error: yaml.YAMLError) -> Hint:
    character = getattr(error, "character", None)
    at = text.find(chr(character)) if isinstance(character, int) else -1
    if at < 0:
        return 1, 1, f"cannot be read: {str(error).splitlines()[0]}"
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return line, column, f"the character {text[at]!r} cannot stand in YAML: delete it"


def _open_quote(lines: Sequence[str], context: str, begin: tuple[int, int], line: int) -> Hint | None:
    if "quoted scalar" in context and line != begin[0]:
        mark = lines[begin[0] - 1][begin[1] - 1 : begin[1]]
        return *begin, f"the {mark} that begins here is not closed: write {mark} at the end of the line too"
    for number, text in enumerate(lines[: line - 1], 1):
        for match in _QUOTE.finditer(text):
            mark = match["quote"]
            if _closed(text[match.end() :], mark):
                continue
            rest = next((i for i in range(number, len(lines)) if mark in lines[i]), None)
            if rest == line - 1:  # the next quotation closed it, and what stands behind that made no sense
                return (
                    number,
                    match.start("quote") + 1,
                    f"the {mark} that begins here is not closed: write {mark} at the end of the line too",
                )
    return None


def _closed(text: str, mark: str) -> bool:
    plain = re.sub(r"\\.", "", text) if mark == '"' else text.replace("''", "")
    return mark in plain


def _marks(lines: Sequence[str], numbers: Sequence[int]) -> Iterator[Hint]:
    """Marks that are not those of YAML, the last line first as it is where the parser stopped."""
    for number in reversed(numbers):
        text = lines[number - 1]
        if match := _TAB.match(text):
            yield number, match.start("tab") + 1, "a tab begins this line: indent with blanks"
        if match := _ODD_INDENT.match(text):
            yield (
                number,
                match.start("odd") + 1,
                f"{blank_name(match['odd'])} begins this line: indent with ASCII blanks",
            )
    for number in numbers:
        text = lines[number - 1]
        if match := _WIDE_COLON.match(text) or _WIDE_COLON_INSIDE.search(text):
            yield number, match.start("colon") + 1, f"： must be ':' and a blank: write {match['key']}: …"
        elif (match := _TIGHT_COLON.match(text)) and ": " not in text[: match.start()]:
            yield number, match.start("colon") + 1, f"a blank is missing behind ':': write {match['key']}: …"
        elif match := _ODD_VALUE.match(text):
            yield (
                number,
                match.start("odd") + 1,
                f"{blank_name(match['odd'])} stands behind ':': write {match['key']}: …",
            )
        elif match := _WIDE_DASH.match(text):
            yield number, match.start("dash") + 1, f"{match['dash']} begins no entry of a list: write '- '"
        elif match := _TIGHT_DASH.match(text):
            yield (
                number,
                match.start("dash") + 1,
                "a blank is missing behind '-': write '- ' before each entry of a list",
            )
        elif match := _WIDE_BRACKET.search(text):
            yield (
                number,
                match.start("bracket") + 1,
                f"{match['bracket']} is a full-width mark: write [ ] or {{ }}, and quote a text that has them",
            )
        elif match := _WIDE_QUOTE.search(text):
            yield number, match.start("quote") + 1, f"{match['quote']} does not quote in YAML: write \" or '"


def blank_name(char: str) -> str:
    """A blank that is not seen, in words."""
    return {"\u3000": "a full-width blank (U+3000)", "\u00a0": "a no-break space (U+00A0)"}.get(
        char, f"an odd blank (U+{ord(char):04X})"
    )


def _character(lines: Sequence[str], line: int, column: int, begin: tuple[int, int], what: str) -> Hint | None:
    if "unknown escape" in what:
        return line, column, "\\ begins an escape inside \"…\": write \\\\, or quote with '…'"
    if "tab character" in what:
        return line, column, "a tab begins this line: indent with blanks"
    char = lines[begin[0] - 1][begin[1] - 1 : begin[1]] if begin[0] <= len(lines) else ""
    if char in _INDICATORS and (
        "alphabetic" in what or "whitespace" in what or "cannot start" in what or "comment or" in what
    ):
        return *begin, f"{what}; put words that begin with @ or ` into quotes" if char in "@`" else (
            f"words cannot begin with {char}: put the text into quotes"
        )
    return None


def _brackets(lines: Sequence[str], context: str, what: str, begin: tuple[int, int], line: int) -> Hint | None:
    """Brackets and braces: text behind or inside them, or one that is not closed."""
    here = range(min(begin[0], line), min(line, len(lines)) + 1)
    for number in reversed(here):
        text = lines[number - 1]
        if (match := _CHOICE.search(text)) and "block" in context:
            kind = "a list" if match["bracket"][0] == "[" else "keys and values"
            return (
                number,
                match.start("bracket") + 1,
                f"{match['bracket'][0]} at the beginning makes {kind} of it: put the whole text into quotes",
            )
    if "flow" not in context:
        return _entries(lines, here, alone=True)
    at_end = not lines[begin[0] - 1].strip()  # the parser says no more than that the file ended within a bracket
    for number in here:
        text = lines[number - 1]
        if match := _BRACES.search(text):
            return (
                number,
                match.start("brace") + 1,
                f"{match['brace']} inside [ ] must be quoted: put the whole text into quotes",
            )
    for number in here:
        if match := _WIDE_COMMA.search(lines[number - 1]):
            group = "comma" if match["comma"] else "behind"
            return number, match.start(group) + 1, f"{match[group]} separates nothing in YAML: write ', '"
    for number in reversed(range(1, line + 1) if at_end else here):
        if match := _HASH_ENTRY.search(lines[number - 1]):
            return (
                number,
                match.start("hash") + 1,
                f"#{match['word']} is a comment: put it into quotes: '#{match['word']}'",
            )
    for number in here:
        if match := _HASH.search(lines[number - 1]):
            return number, match.start("hash") + 1, "the text behind ' #' is a comment: put the text into quotes"
    if hint := _entries(lines, here, alone=False):
        return hint
    mark = lines[begin[0] - 1][begin[1] - 1 : begin[1]]
    closing = "]" if "sequence" in context else "}"
    return *begin, f"the {mark} that begins here is not closed with {closing}, or a ',' is missing behind it"


def _entries(lines: Sequence[str], numbers: Sequence[int], alone: bool) -> Hint | None:
    """Commas with no entry between them, and a closing bracket too many. ``alone``: none is open from a line above."""
    for number in reversed(numbers):
        text = re.sub(
            r"\"(?:\\.|[^\"\\])*\"|(?<![^\s\[{,:])'[^']*'", lambda match: "_" * len(match[0]), lines[number - 1]
        )
        if match := _NO_ENTRY.search(text):
            return number, match.start("comma") + 1, "nothing stands before this ',': delete it"
        open_: list[str] = []
        for column, char in enumerate(text, 1):
            if char in "[{":
                open_.append(char)
            elif char in "]}" and (open_ or alone) and (open_.pop() if open_ else "") + char not in ("[]", "{}"):
                return (number, column, f"a {char} too many: delete it") if text[column - 2] == char else None
    return None


def _structure(lines: Sequence[str], line: int, column: int, begin: tuple[int, int], what: str) -> Hint | None:
    text = lines[min(line, len(lines)) - 1]
    if "expected ':'" in what:
        return *begin, "no ':' and blank stand behind this key: write key: value"
    if "mapping values" in what:
        if re.search(r":\s", text[: column - 1]):
            return line, column, "a second ': ' in one value: put the value into quotes"
        if line > 1 and not re.search(r":\s|:$", lines[line - 2]):
            return line - 1, 1, "no ':' and blank stand behind this key: write key: value"
        return line, len(text) - len(text.lstrip()) + 1, "indented more than the line above, which has a value already"
    if "expected key" in what or "block end" in what or "'-' indicator" in what or "block sequence" in what:
        if re.match(r"\s*- ", text) and "block sequence" in what:
            return line, column, "a list begins on the line below its key"
        if column - 1 == len(text) - len(text.lstrip()):
            key = re.match(r"\s*(\w+):(?:\s|$)", text)
            if key and any(re.match(rf"\s*- +{key[1]}:\s", above) for above in lines[: line - 1]):
                return line, column, f"a dash is missing before this entry: write - {key[1]}: …"
            return line, column, "the indentation of this line is that of no line above"
        return line, column, "text behind a closing quote or bracket: put the whole text into quotes"
    if "another document" in what:
        return line, column, "--- begins a second document: one file holds one"
    return None
