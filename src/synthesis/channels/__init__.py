"""Rows to contributions: one small mapper per export layout, the registry that picks one by content, and profiles."""

from synthesis.channels.mapped import Mapped
from synthesis.channels.people import read_roster
from synthesis.channels.profile_draft import Draft, FoundColumn, draft, draft_toml
from synthesis.channels.profile_read import read_with_profile
from synthesis.channels.profile_toml import load_profile, profile_toml
from synthesis.channels.profiles import FLAGS, USES, Column, HeaderDrift, Profile, Use
from synthesis.channels.registry import layouts, read_export

__all__ = [
    "FLAGS",
    "USES",
    "Column",
    "Draft",
    "FoundColumn",
    "HeaderDrift",
    "Mapped",
    "Profile",
    "Use",
    "draft",
    "draft_toml",
    "layouts",
    "load_profile",
    "profile_toml",
    "read_export",
    "read_roster",
    "read_with_profile",
]
