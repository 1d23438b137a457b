from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.air.destinations import BadTarget, Target, make, parse, writable
from streams.air.rtmp_client import RtmpDestination, _without
from tests.fakes import SMALL


def test_rtmp() -> None:
    target = parse("rtmp://live.example/app/inst/KEY?sign=a")
    assert (target.scheme, target.host, target.port, target.path) == (
        "rtmp",
        "live.example",
        1935,
        "/app/inst/KEY?sign=a",
    )
    assert parse("rtmps://h/a/k").port == 443
    assert parse("rtmp://h:99/a", key="@K").key == "@K"
    assert parse("rtmp://[::1]:1936/a/k").host == "::1"


def test_srt_and_file() -> None:
    target = parse("srt://h:9000?latency=200&streamid=a/b&passphrase=@P")
    assert dict(target.options) == {"latency": "200", "streamid": "a/b", "passphrase": "@P"}
    assert parse("file:a/b.mp4").path == parse("file://a/b.mp4").path == "a/b.mp4"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("rtpm://h/a/k", "did you mean rtmp"),
        ("h/a/k", "none of rtmp"),
        ("rtmp://", "no host"),
        ("rtmp://h", "no application"),
        ("rtmp://h/app", "no stream key"),
        ("rtmp://h:70000/a/k", "port"),
        ("rtmp://h:0/a/k", "port 0"),
        ("srt://h", "no port"),
        ("srt://h:9?latncy=3", "did you mean latency"),
        ("srt://h:9?latency=fast", "milliseconds"),
        ("srt://h:9?passphrase=geheim12345", "@NAME"),
        ("file:", "no path"),
        ("file:x.avi", ".mp4"),
        ("rtmp://user:secret@h/a/k", "not supported"),
        ("rtmp://h/a/k\n", "control characters"),
    ],
)
def test_a_bad_url_is_one_clear_line(url: str, said: str) -> None:
    with pytest.raises(BadTarget) as caught:
        parse(url)
    text = str(caught.value)
    assert said in text and "\n" not in text and "secret" not in text and "geheim" not in text


@given(st.text(max_size=80) | st.from_regex(r"(rtmp|srt|file|rtmps)://?[a-z0-9:/?&=%@\[\]#.]{0,60}", fullmatch=True))
def test_any_text_is_a_target_or_a_bad_target(url: str) -> None:
    try:
        target = parse(url)
    except BadTarget as error:
        assert "\n" not in str(error)
        return
    assert isinstance(target, Target)
    assert target.scheme == "file" or (target.host and 0 < target.port < 65536)


@given(st.from_regex(r"[A-Za-z0-9]{12,20}", fullmatch=True))
def test_names_and_reprs_hold_no_key(key: str) -> None:
    for target in (
        parse(f"rtmp://h/app/x?sign=a/{key}"),
        parse(f"rtmp://h/app?token={key}", key="@K"),
        parse(f"rtmp://h/app/{key}"),
        parse("rtmp://h/app", key=key),
        parse(f"srt://h:9?streamid={key}"),
    ):
        assert key not in target.name and key not in repr(target)


def test_where_a_file_cannot_be_written_is_said_before(tmp_path: Path) -> None:
    assert writable(parse(f"file:{tmp_path}/new/x.mp4")) == ""
    (tmp_path / "f").write_text("")
    assert "not writable" in writable(parse(f"file:{tmp_path}/f/x.mp4"))


@pytest.mark.parametrize(
    ("url", "key", "names"),
    [
        ("rtmp://h/app/k", "", ("app", "k")),
        ("rtmp://h/app/inst/k?sign=a/b", "", ("app/inst", "k?sign=a/b")),
        ("rtmp://h/app?token=t", "k", ("app?token=t", "k")),
    ],
)
def test_application_and_key(url: str, key: str, names: tuple[str, str]) -> None:
    destination = make(parse(url, key), 1, SMALL, None)
    assert isinstance(destination, RtmpDestination) and destination._names() == names


def test_a_servers_words_are_told_without_the_key() -> None:
    assert _without("stream 's3cret' already publishing", "s3cret?sign=abcdef") == "stream '***' already publishing"
