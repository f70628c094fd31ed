"""Who speaks: names, roster, roles, and names that are devices."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from synthesis.channels.base import Roster
from synthesis.errors import Place, SchemaDrift
from synthesis.formats.csvfile import read_csv
from synthesis.model import Role, SpeakerKind

_KIND_WORDS: Final = (
    (SpeakerKind.FACILITATOR, r"facilitator|moderator|host|interpreter|timekeeper|note[- ]?taker"),
    (SpeakerKind.BOARD, r"board (?:member|chair|president)|trustee|board"),
    (SpeakerKind.VENDOR, r"vendor|consultant"),
    (SpeakerKind.STAFF, r"district staff|superintendent|staff|lvsd"),
)
_SPEAKER_KINDS: Final = tuple(
    (kind, re.compile(rf"[(\[|,-]\s*(?:{words})\b[^)\]]*[)\]]?\s*$", re.IGNORECASE)) for kind, words in _KIND_WORDS
)
_DEVICE = re.compile(
    r"\b(?:ipad|iphone|galaxy|android|caller|call-in|phone|laptop|chromebook|macbook"
    r"|conference room|room \d|user|guest"
    r"|zoom|webinar|participant|attendee|speaker \d|unknown|anonymous|admin|desktop|pixel)\b|\d{3}",
    re.IGNORECASE,
)
_ROLES: Final = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (Role.BOARD_MEMBER, r"board (?:member|of education)|school board|trustee"),
        (Role.ELECTED_OFFICIAL, r"elected|council|mayor|legislator|commissioner"),
        (Role.CENTRAL_OFFICE, r"central[ _]office|district (?:office|staff|admin)|superintendent"),
        (Role.SCHOOL_LEADER, r"principal|school[ _]leader|school admin|administrator|\bdean\b"),
        (
            Role.SUPPORT_STAFF,
            r"support[ _]staff|para(?:professional|educator|pro)?s?\b|\baides?\b|bus driver|custodian"
            r"|secretary|cafeteria"
            r"|food service|classified|non-?certified|clerical|nurse|counsel|social worker|librarian"
            r"|\bstaff\b|employee|personal",
        ),
        (Role.TEACHER, r"teacher|educator|instructor|certified|faculty|maestr[oa]|pwofesè"),
        (Role.ALUM, r"alum|graduate|former student"),
        (Role.STUDENT, r"\bstudent\b(?!['’]s)|estudiante|elèv|pupil"),
        (
            Role.FAMILY,
            r"parent|guardian|family|caregiver|grand(?:ma|pa|mother|father)|mother|father|\bmom\b"
            r"|\bdad\b|padre|madre|familia"
            r"|paran|fanmi|\baunt\b|\buncle\b|foster|abuel[oa]|tutor",
        ),
        (Role.BUSINESS_PARTNER, r"business|employer|partner|chamber"),
        (
            Role.COMMUNITY_MEMBER,
            r"community|resident|neighbou?r|taxpayer|citizen|comunidad|kominote|volunteer|retired"
            r"|homeowner|pastor|miembro",
        ),
        (Role.OTHER, r"^other|^otr[oa]|^lòt"),
    )
)
_PARENT_OF_STUDENT = re.compile(r"(?:parent|guardian|caregiver|family|famil\w+|padre|madre|paran)", re.IGNORECASE)


def fold_name(name: str) -> str:
    """Return a name for comparison: case and blanks do not matter, nor what stands in brackets after it."""
    bare = re.sub(r"\s*[(\[][^)\]]*[)\]]\s*$", "", name)
    return re.sub(r"\s+", " ", bare).strip().casefold()


def speaker_kind(name: str, roster: Roster) -> SpeakerKind:
    """Return who a speaker is: from the roster, else from a label after the name such as "(Facilitator)"."""
    known = roster.get(fold_name(name))
    if known is not None:
        return known
    return next((kind for kind, pattern in _SPEAKER_KINDS if pattern.search(name)), SpeakerKind.COMMUNITY)


def name_identity(name: str) -> str:
    """Return ``name:…`` for a full name of two words or more; empty for one word, a device or an unknown."""
    folded = fold_name(name)
    return f"name:{folded}" if len(folded.split()) >= 2 and not _DEVICE.search(folded) else ""


def person_name(name: str) -> str:
    """Return the display name where it names a person, else the empty string."""
    bare = re.sub(r"\s*[(\[][^)\]]*[)\]]\s*$", "", name).strip()
    return "" if _DEVICE.search(bare) else bare


@lru_cache(maxsize=4096)
def role_of(text: str) -> Role:
    """Return the stakeholder role that an answer or a label states, `UNKNOWN` when it states none.

    "Parent of a student" is a family; a teacher who is also a parent is what stands first.
    """
    words = text.strip().replace("_", " ")
    if not words:
        return Role.UNKNOWN
    if re.search(r"student|estudiante|elèv|alumn", words, re.IGNORECASE) and _PARENT_OF_STUDENT.search(words):
        return Role.FAMILY
    first = re.split(r"\s*[;|]\s*", words)[0]
    return next((role for role, pattern in _ROLES if pattern.search(first)), Role.UNKNOWN)


def read_roster(data: bytes) -> dict[str, SpeakerKind]:
    """Return folded name → kind from a CSV with the columns ``name`` and ``kind``.

    Raises `SchemaDrift` for other columns or an unknown kind, naming the row and never the person.
    """
    rows = read_csv(data, "roster.csv").rows
    header = [cell.strip().casefold() for cell in rows[0].cells] if rows else []
    if "name" not in header or "kind" not in header:
        raise SchemaDrift(
            "The roster lacks a column.",
            place=Place(file="roster.csv", row=1),
            expected="the columns name and kind",
            do="Add the header row and retry.",
        )
    roster: dict[str, SpeakerKind] = {}
    for row in rows[1:]:
        values = dict(zip(header, row.cells, strict=False))
        kind = values.get("kind", "").strip().casefold()
        if row.fault or kind not in {member.value for member in SpeakerKind}:
            raise SchemaDrift(
                "A row of the roster has no known kind.",
                place=Place(file="roster.csv", row=row.number, column="kind"),
                expected=", ".join(SpeakerKind),
                do="Correct the row and retry.",
            )
        roster[fold_name(values["name"])] = SpeakerKind(kind)
    return roster
