"""What the operator posts and is told: a refusal names its reason, and offers ``force`` only where that helps."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anchor.control.orders import _operate
from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from persona.check import open_persona

DEMO = open_persona(Path("persona/xiaomei"))[0]


def post(order: dict[str, Any]) -> tuple[int, str]:
    """The status of an order and what it is told."""
    desk = Desk(DEMO, alone, {}, 0.0)
    show = SimpleNamespace(
        desk=desk, operate=lambda text, force: desk.operate(text, 1.0, force), reject=lambda why: None
    )
    response = _operate(show, order)  # type: ignore[arg-type]
    return response.status_code, json.loads(bytes(response.body)).get("error", "")


@pytest.mark.parametrize(
    ("words", "reason", "overruled"),
    [
        ("全网最低价", "absolute", True),
        ("咖啡壶只要一元", "price 1 ", False),
        ("全网最低价，咖啡壶只要一元", "price 1 ", False),
        ("咖啡壶99美元", "currency 99美元 ", False),
        ("大家好。" * 80, "at most 300 characters", False),
        ("", "no words", False),
    ],
)
def test_a_refusal_offers_force_only_where_it_helps(words: str, reason: str, overruled: bool) -> None:
    status, why = post({"say": words})
    assert status == 422 and reason in why
    assert ("force" in why) == overruled
    status, why = post({"say": words, "force": True})
    assert status == (202 if overruled else 422)
    assert "force" not in why


def test_force_is_yes_or_no() -> None:
    assert post({"say": "大家好", "force": "yes"}) == (422, "force is true or false")
