"""Mapping profiles: how files of an unknown layout are read, drafted by the program and completed by a person."""

from __future__ import annotations

import re
from pathlib import Path

from synthesis import channels
from synthesis.errors import InputError, Place

_FOLDER = "profiles"


def saved_profiles(data_dir: Path) -> tuple[channels.Profile, ...]:
    """Return the profiles that were saved, by name."""
    return tuple(read_profile(path) for path in sorted((data_dir / _FOLDER).glob("*.toml")))


def read_profile(path: Path) -> channels.Profile:
    """Return the profile of a TOML file. Raises InputError naming the key that is wrong and what to do."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The profile cannot be read.",
            place=Place(file=str(path)),
            expected="a TOML file in UTF-8",
            do="Check the path.",
        ) from error
    return channels.load_profile(text, path.name)


def find_profile(wanted: str, data_dir: Path) -> channels.Profile:
    """Return the profile of a path, or the saved one of that name."""
    if Path(wanted).is_file():
        return read_profile(Path(wanted))
    for profile in saved_profiles(data_dir):
        if profile.name == wanted:
            return profile
    raise InputError(
        f"There is no profile {wanted!r}.",
        expected="a TOML file, or the name of a saved profile",
        do="Draft one: synthesis ingest FILE --dry-run.",
    )


def save_profile(profile: channels.Profile, data_dir: Path) -> Path:
    """Save a profile, so that files which fit it are read by it from now on. Returns where."""
    folder = data_dir / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "_", profile.name.casefold()).strip("_")[:60] or "profile"
    path = folder / f"{stem}.toml"
    path.write_text(channels.profile_toml(profile), encoding="utf-8")
    return path


def draft_profile(path: Path) -> channels.Draft:
    """Return what was found in a file of an unknown layout, with a best guess per column."""
    return channels.draft(path.name, path.read_bytes())


def write_draft(found: channels.Draft, path: Path) -> None:
    """Write the draft of a profile for a person to complete. Refuses to overwrite what may have been completed already."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(channels.draft_toml(found))
    except FileExistsError as error:
        raise InputError(
            "A draft of that name exists already.",
            place=Place(file=str(path)),
            do="Complete it, or remove it to have a new one written.",
        ) from error
