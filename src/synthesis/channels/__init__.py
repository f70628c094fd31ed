"""Rows to contributions: one small mapper per export layout, and the registry that picks one by content."""

from synthesis.channels.people import read_roster
from synthesis.channels.registry import Mapped, layouts, read_export

__all__ = ["Mapped", "layouts", "read_export", "read_roster"]
