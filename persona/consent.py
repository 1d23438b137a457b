"""The consent of the person whose likeness is used: a small YAML file, without which a face is not loaded."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

EXAMPLE = """\
person: 张三                 # who is shown
signed_by: 张三              # the person, or who may sign for them
signed: 2026-11-01
until: 2027-11-01           # leave out if it does not end
purpose: 商品直播             # what for
likeness: true              # the face may be animated
document: contract-117.pdf  # where the signed paper is kept
"""
SIZE_LIMIT = 64 << 10


class BadConsent(ValueError):
    """What is missing in a consent."""


class Consent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=1)
    signed_by: str = Field(min_length=1)
    signed: datetime.date
    until: datetime.date | None = None
    purpose: str = Field(min_length=1)
    likeness: bool = False
    voice: bool = False
    document: str = Field(min_length=1)


def read_consent(path: Path, today: datetime.date, to: Literal["likeness", "voice"] = "likeness") -> Consent:
    """Raises BadConsent when it is not there, not complete, not yet or no longer valid, or does not cover what is asked."""
    try:
        data = yaml.safe_load(path.read_bytes()[:SIZE_LIMIT].decode("utf-8"))
    except OSError as error:
        raise BadConsent(f"no consent at {path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadConsent(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from error
    try:
        consent = Consent.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadConsent(f"{path.name}: {'.'.join(map(str, first['loc'])) or 'consent'}: {first['msg']}") from error
    if consent.signed > today:
        raise BadConsent(f"{path.name}: signed on {consent.signed}, which has not come yet")
    if consent.until is not None and consent.until < today:
        raise BadConsent(f"{path.name}: {consent.person}'s consent ended on {consent.until}")
    if to == "likeness" and not consent.likeness:
        raise BadConsent(f"{path.name}: likeness is not true, so this face may not be animated")
    if to == "voice" and not consent.voice:
        raise BadConsent(f"{path.name}: voice is not true, so this voice may not be used")
    return consent
