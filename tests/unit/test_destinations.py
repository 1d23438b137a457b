import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.rtmp.destination import RtmpDestination, _without
from streams.deliver.targets import BadTarget, Target, parse, writable
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


def test_a_login_and_a_recorder() -> None:
    target = parse("rtmp://eva:@PASS@h/a/k")
    assert (target.user, target.password, target.host) == ("eva", "@PASS", "h")
    assert parse("record:/var/rec?length=30m&most=20G").options == (("length", "30m"), ("most", "20G"))
    assert parse("record:/var/rec").name == "record:/var/rec"


def test_a_target_survives_json() -> None:
    target = replace(parse("rtmps://eva:@PASS@h/a/k"), ca="x.pem", pin="0" * 64, backup=parse("srt://h:9?latency=200"))
    assert Target.from_json(json.loads(json.dumps(asdict(target)))) == target


def test_a_backup_is_a_destination_of_its_own_except_between_two_srt_links() -> None:
    tracks = Tracks(SMALL, None)
    two = make(replace(parse("rtmp://a/x/k"), backup=parse("srt://b:9")), 3, tracks)
    assert [d.name for d in two] == ["3 rtmp://a:1935/x/***", "3 srt://b:9"]
    assert len(make(replace(parse("srt://a:9"), backup=parse("srt://b:9")), 3, tracks)) == 1
    assert len(make(replace(parse("srt://a:9"), backup=parse("rtmp://b/x/k")), 3, tracks)) == 2


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
        ("rtmp://user:secret@h/a/k", "as @NAME"),
        ("rtmp://h/a/k\n", "control characters"),
        ("rtmp://user@h/a/k", "USER:@NAME"),
        ("srt://user:@P@h:9", "SRT has no users"),
        ("srt://h:9?pbkeylen=17", "16, 24 or 32"),
        ("srt://h:9?latency=100&latency=200", "latency is given twice"),
        ("record:", "no folder"),
        ("record:r?lenght=1h", "did you mean length"),
        ("record:r?length=1", "such as 30m"),
        ("record:r?length=0h", "such as 30m"),
        ("record:r?most=lots", "such as 500M"),
        ("record:r?format=avi", "mp4"),
    ],
)
def test_a_bad_url_is_one_clear_line(url: str, said: str) -> None:
    with pytest.raises(BadTarget) as caught:
        parse(url)
    text = str(caught.value)
    assert said in text and "\n" not in text and "secret" not in text and "geheim" not in text


@given(
    st.text(max_size=80) | st.from_regex(r"(rtmp|srt|file|rtmps|record)://?[a-z0-9:/?&=%@\[\]#.]{0,60}", fullmatch=True)
)
def test_any_text_is_a_target_or_a_bad_target(url: str) -> None:
    try:
        target = parse(url)
    except BadTarget as error:
        assert "\n" not in str(error)
        return
    assert isinstance(target, Target)
    assert target.scheme in ("file", "record") or (target.host and 0 < target.port < 65536)


@given(st.from_regex(r"[A-Za-z0-9]{12,20}", fullmatch=True))
def test_names_and_reprs_hold_no_key(key: str) -> None:
    for target in (
        parse(f"rtmp://h/app/x?sign=a/{key}"),
        parse(f"rtmp://h/app?token={key}", key="@K"),
        parse(f"rtmp://h/app/{key}"),
        parse(f"rtmp://h/app/{key}%2F{key}"),
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
        ("rtmp://h/live/ab%2Fcd", "", ("live", "ab/cd")),
    ],
)
def test_application_and_key(url: str, key: str, names: tuple[str, str]) -> None:
    destination = make(parse(url, key), 1, Tracks(SMALL, None))[0]
    assert isinstance(destination, RtmpDestination) and destination._secrets()[:2] == names


def test_a_servers_words_are_told_without_the_key() -> None:
    assert _without("token abcdef is old", ("sign=abcdef", "k")) == "token *** is old"
    assert (
        _without("stream 's3cret' already publishing", ("s3cret?sign=abcdef", "")) == "stream '***' already publishing"
    )


def test_no_av1_where_mpeg_ts_would_carry_it() -> None:
    for url in ("srt://h:9000", "file:show.TS", "record:/r?format=ts"):
        with pytest.raises(BadTarget, match="carries no AV1"):
            parse(url).check("av1")
        parse(url).check("hevc")
    for url in ("rtmp://h/live/key.ts", "record:/data/show.ts", "file:show.mp4"):
        parse(url).check("av1")
