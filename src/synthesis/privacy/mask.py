"""Masking: personal data becomes a typed placeholder in the public text, and the change is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthesis.privacy.find import Finding

PLACEHOLDERS = {
    "person": "[name]",
    "phone": "[phone number]",
    "email": "[email address]",
    "address": "[address]",
    "student_id": "[student id]",
    "birth_date": "[date of birth]",
    "handle": "[account]",
}


@dataclass(frozen=True, slots=True)
class Masked:
    """The public text, and for each placeholder ``(start, end)`` in the raw text, ``(start, end)`` in the public, kind, reason."""

    text: str
    changes: tuple[tuple[int, int, int, int, str, str], ...]


def mask(text: str, findings: Sequence[Finding]) -> Masked:
    """Replace each finding (in order, without overlap) by its placeholder."""
    parts: list[str] = []
    changes = []
    left = length = 0
    for finding in findings:
        parts.append(text[left : finding.start])
        length += finding.start - left
        placeholder = PLACEHOLDERS[finding.kind]
        changes.append((finding.start, finding.end, length, length + len(placeholder), finding.kind, finding.reason))
        parts.append(placeholder)
        length += len(placeholder)
        left = finding.end
    parts.append(text[left:])
    return Masked("".join(parts), tuple(changes))


def pseudonym(secret: bytes, identity: str) -> str:
    """Return a stable pseudonym of an identity under the vault's secret: without the secret it tells nothing."""
    import hmac

    return "p:" + hmac.new(secret, identity.encode("utf-8"), "sha256").hexdigest()[:20]
