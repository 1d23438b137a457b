"""What /health calls a show that is not well."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from anchor.control.status import unhealthy


def show(**told: Any) -> Any:
    status = {
        "at": time.monotonic(),
        "face": True,
        "destinations": [{"state": "live"}],
        "renditions": [{"silent": 0.1}],
    }
    problem = told.pop("problem", "")
    records = SimpleNamespace(notes=SimpleNamespace(problem=problem))
    air = SimpleNamespace(status=SimpleNamespace(**status | told), connected=True)
    return SimpleNamespace(air=air, heard_at=time.monotonic(), desk=SimpleNamespace(records=records))


@pytest.mark.parametrize(
    ("air", "said"),
    [
        ({}, ""),
        ({"at": 0.0}, "not ticked"),
        ({"destinations": [{"state": "refused"}, {"state": "waiting"}]}, "no destination is live"),
        ({"destinations": [{"state": "refused"}, {"state": "congested"}]}, ""),
        ({"renditions": [{"silent": 0.0}, {"silent": 7.2}]}, "rendition 2 has coded no picture for 7 s"),
        ({"face": False}, "not drawing"),
        ({"problem": "the audit log cannot be written: disk full"}, "disk full"),
    ],
)
def test_what_is_wrong_is_said(air: dict[str, Any], said: str) -> None:
    found = unhealthy(show(**air))
    assert said in found and bool(said) == bool(found)
