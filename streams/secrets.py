"""Secrets by reference: ``@NAME`` or ``${credential:NAME}``, looked up where systemd or the shell put them."""

from __future__ import annotations

import os
import re
from pathlib import Path

_REFERENCE = re.compile(r"^(?:@|\$\{credential:)([A-Za-z_][A-Za-z0-9_.-]*)\}?$")


class MissingSecret(Exception):
    """A reference that points to nothing."""


def bearer(reference: str) -> dict[str, str]:
    """The headers of a request with a key that is referred to, none without; raises MissingSecret, which never repeats it."""
    secret = resolve(reference) if reference else ""
    if not all("!" <= char <= "~" for char in secret):
        raise MissingSecret(
            f"the secret behind {reference} has characters that no header can hold: spaces, line ends or letters beyond ASCII"
        )
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def resolve(value: str) -> str:
    """The secret behind a reference: $CREDENTIALS_DIRECTORY/NAME, else $ANCHOR_NAME. Other text is returned as is.

    Raises MissingSecret, naming both places.
    """
    match = _REFERENCE.match(value)
    if not match:
        return value
    name = match[1]
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder:
        path = Path(folder) / name
        try:
            if secret := path.read_text(encoding="utf-8").strip():
                return secret
            raise MissingSecret(f"secret {name}: the credential file is empty")
        except OSError:
            pass  # the environment is the second place to look; both are named below
        except UnicodeDecodeError:
            raise MissingSecret(f"secret {name}: the credential file is not UTF-8 text") from None
    variable = "ANCHOR_" + re.sub(r"[.-]", "_", name)
    for key in (variable, variable.upper()):
        if found := os.environ.get(key, "").strip():
            return found
    raise MissingSecret(f"secret {name} not found: put it in $CREDENTIALS_DIRECTORY/{name} or ${variable.upper()}")
