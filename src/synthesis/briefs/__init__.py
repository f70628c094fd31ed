"""Briefs: what is in them, and how they are rendered."""

from synthesis.briefs.content import printable, set_brief, theme_brief
from synthesis.briefs.monthly import month_brief
from synthesis.briefs.pdf import render

__all__ = ["month_brief", "printable", "render", "set_brief", "theme_brief"]
