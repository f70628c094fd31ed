"""Themes: from ideas to named themes in two levels. `discover_themes` is the whole of it for other packages.

Nothing is imported before it is used: what people do to themes needs neither the engine nor a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthesis.themes.engine import ThemeSet, discover_themes, embed_ideas
    from synthesis.themes.models import Model, packaged

__all__ = ["Model", "ThemeSet", "discover_themes", "embed_ideas", "packaged"]


def __getattr__(name: str) -> Any:
    """Import the engine or the model's module on first use."""
    if name in ("Model", "packaged"):
        from synthesis.themes import models

        return getattr(models, name)
    if name in __all__:
        from synthesis.themes import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
