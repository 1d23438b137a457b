from collections.abc import Iterator

import pytest

from tests.bench.table import ROWS


@pytest.fixture(scope="session", autouse=True)
def table() -> Iterator[None]:
    yield
    if ROWS:
        width = max(len(name) for name, _ in ROWS)
        print("\n\n" + "\n".join(f"{name:<{width}}  {value}" for name, value in ROWS))
