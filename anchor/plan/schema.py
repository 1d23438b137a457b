"""``python -m anchor.plan.schema docs/persona.md`` writes the tables of that document anew; the schema with every part."""

from __future__ import annotations

import sys
from pathlib import Path

from anchor import registry
from anchor.plan.parts import CHOICES
from persona.schema import Parts, put


def all_parts(built_in: bool = False) -> list[Parts]:
    """What may be chosen; ``built_in``: without what is installed beside."""
    places = {**CHOICES, "platform": ("chat", "platform")}
    return [
        Parts(
            key,
            name_key,
            {
                name: registry.load(kind, name).Config
                for name in registry.names(kind)
                if not built_in or f"{kind}/{name}" in registry.BUILT_IN
            },
        )
        for kind, (key, name_key) in places.items()
    ]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(put(file.read_text(encoding="utf-8"), all_parts(built_in=True)), encoding="utf-8")
