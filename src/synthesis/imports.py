"""Imports of packages without what they would import for uses that are none of ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_out(*packages: str) -> Iterator[None]:
    """Make these packages seem not installed while others are imported, where they are not imported yet.

    Only for packages whose import is optional there.
    """
    blocked = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]  # None: "import of it halted"
    try:
        yield
    finally:
        for name in blocked:
            if sys.modules.get(name) is None:
                sys.modules.pop(name, None)
