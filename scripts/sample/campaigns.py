"""Letter campaigns: one body (and its variants) under many names, as dialogues or as emails."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sample.common import Item, Laid, draw
from sample.lets_talk import cells, lets_talk_csv
from sample.letters import message
from sample.source import Output, Record

_START = datetime(2026, 2, 9, 7, 0)  # noqa: DTZ001  local time of the first copy when the source names none
FILES = {"later_bell": "lets_talk/lets_talk_2026-02_b.csv", "stop_the_levy": "other/letters_campaign.mbox"}
_SUBJECTS = {"later_bell": "Later bell", "stop_the_levy": "No new levy"}


def names_of(output: Output) -> list[str]:
    """Return the senders (`%% names: A | B | C`, on one line or several)."""
    lines = output.all_of("names") + output.all_of("name")
    names = [name.strip() for line in lines for name in re.split(r"[;|]", line) if name.strip()]
    if len(names) != len(set(names)):
        raise output.error(output.line, "a name stands twice in the campaign")
    return names


def copies(output: Output) -> list[Record]:
    """Return one message per name: the first record is the body, the others are variants sent once each."""
    names, (body, *variants) = names_of(output), output.records
    if len(names) <= len(variants):
        raise output.error(output.line, f"{len(variants)} variants need more than {len(names)} names")
    campaign = output.facts["campaign"]
    order = sorted(range(len(names)), key=lambda i: draw("campaign", campaign, names[i]))
    texts = dict(zip(order, variants, strict=False))  # the first in the drawn order send the variants
    start = body.when if body.get("date") else _START
    sent = []
    for position, name in enumerate(names):
        record = texts.get(position, body)
        when = start + timedelta(minutes=7 + position * 83 + draw("sent", campaign, name) % 60)
        own = {key: record.keys[key] for key in record.keys if key not in {"id", "same_as", "date", "name", "variant"}}
        keys = {"role": output.facts.get("role", "family"), "date": f"{when:%Y-%m-%d %H:%M}"} | own
        keys |= {"name": record.get("name") or name}
        sent.append(replace(record, keys=keys))
    return sent


def campaign_file(output: Output) -> Laid:
    """Return the file of one campaign and its items."""
    campaign = output.facts.get("campaign", "")
    name = output.facts.get("file") or FILES.get(campaign)
    if name is None or not output.records:
        raise output.error(output.line, f"the campaign {campaign!r} has no file or no body")
    sent = copies(output)
    topic = output.facts.get("topic", "Superintendent's Office")
    if name.endswith(".csv"):
        sent = [replace(record, keys={"topic": topic} | record.keys) for record in sent]
        files = lets_talk_csv(name, [cells(record, 5000 + i) for i, record in enumerate(sent, start=1)])
        places = [f"row {row}" for row in range(2, len(sent) + 2)]
    else:
        subject = output.facts.get("subject") or _SUBJECTS.get(campaign, "To the board")
        files = {name: b"".join(message(record, subject, record.when, "board@example.org") for record in sent)}
        places = [f"message {number}" for number in range(1, len(sent) + 1)]
    items = [Item(name, place, r, campaign=campaign) for place, r in zip(places, sent, strict=True)]
    return Laid(files, items)
