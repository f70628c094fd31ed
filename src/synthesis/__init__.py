"""Synthesis: from what a school district's community says to themes, priorities and a plan that knows its voices.

>>> from synthesis import discover_themes
>>> found = discover_themes(["The bus is late every day", "Late buses again"])
>>> len(found.labels)
2
"""

from typing import Any

__all__ = ["ThemeSet", "discover_themes"]


def __getattr__(name: str) -> Any:
    """Import the engine on first use: the app and the readers never pay for it."""
    if name in __all__:
        from synthesis import themes

        return getattr(themes, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
