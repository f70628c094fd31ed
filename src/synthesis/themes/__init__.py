"""Themes: from ideas to named themes in two levels. `discover_themes` is the whole of it for other packages."""

from synthesis.themes.embed import Model, packaged
from synthesis.themes.engine import ThemeSet, discover_themes, embed_ideas

__all__ = ["Model", "ThemeSet", "discover_themes", "embed_ideas", "packaged"]
