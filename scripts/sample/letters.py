"""Email: a mailbox of plain messages with quoted lines."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from sample.common import Item, Laid, guid, reason_of
from sample.source import Output, Record

_ZONE = ZoneInfo("America/New_York")
_POLICY = SMTP.clone(linesep="\n", cte_type="8bit", max_line_length=None)


def address(record: Record) -> str:
    """Return the sender's address: the record's own, or one of example.org made from the name."""
    given = record.get("email") or record.get("from")
    if given:
        return given
    local = re.sub(r"[^a-z0-9]+", ".", record.get("name", "a resident").lower()).strip(".")
    return f"{local or 'resident'}@example.org"


def message(record: Record, subject: str, when: datetime, to: str) -> bytes:
    """Return one message of the mailbox with its `From ` line; lines that begin so are escaped with `>`."""
    mail = EmailMessage(policy=_POLICY)
    sender = address(record)
    name = record.get("name")
    mail["From"] = f'"{name}" <{sender}>' if name else sender
    mail["To"] = to
    mail["Subject"] = record.get("subject") or subject
    mail["Date"] = when.replace(tzinfo=_ZONE)
    mail["Message-ID"] = f"<{guid('mail', record.line, name, record.text)}@example.org>"
    body = record.text
    quoted = record.get("quote") or record.get("quoted")
    if quoted:
        body += "\n\nOn an earlier day, the district office wrote:\n> " + quoted.replace(" / ", "\n> ")
    mail.set_content(body + "\n", charset="utf-8", cte="8bit")
    text = re.sub(rb"(?m)^(>*From )", rb">\1", mail.as_bytes())
    return f"From {sender} {when:%a %b %d %H:%M:%S %Y}\n".encode() + text + b"\n"


def email_mbox(output: Output) -> Laid:
    """A mailbox, one message per record, in the order of the source."""
    name = output.facts["file"]
    subject = output.facts.get("subject", "To the board")
    to = output.facts.get("to", "board@example.org")
    parts, items = [], []
    for number, record in enumerate(output.records, start=1):
        if not record.get("date"):
            raise output.error(record.line, "an email needs a 'date'")
        parts.append(message(record, subject, record.when, to))
        items.append(Item(name, f"message {number}", record, reason_of(record)))
    return Laid({name: b"".join(parts)}, items)
