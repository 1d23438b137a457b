from pathlib import Path

import pytest

from streams.secrets import MissingSecret, resolve


def test_plain_text_is_itself() -> None:
    assert resolve("live-key") == "live-key"
    assert resolve("") == ""


@pytest.mark.parametrize("reference", ["@stream_key", "${credential:stream_key}"])
def test_credential_file_before_environment(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("ANCHOR_STREAM_KEY", "from environment")
    assert resolve(reference) == "from environment"
    (tmp_path / "stream_key").write_text("from file\n")
    assert resolve(reference) == "from file"


def test_missing_says_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(MissingSecret, match=r"CREDENTIALS_DIRECTORY/nowhere.*ANCHOR_NOWHERE"):
        resolve("@nowhere")


def test_no_way_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "inner"))
    (tmp_path / "secret").write_text("x")
    assert resolve("@../secret") == "@../secret"  # not a name, so not a reference


def test_an_empty_credential_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "k").write_text("\n")
    with pytest.raises(MissingSecret, match="empty"):
        resolve("@k")
