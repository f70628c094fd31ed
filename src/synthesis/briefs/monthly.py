"""What stands in the update of a month: plain data for its template, in the words of the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from synthesis.briefs.content import printable

_MONTHS = "January February March April May June July August September October November December".split()
_ANSWERS = {
    "we_did": "We did",
    "not_yet": "Not yet",
    "wont": "We won't, because",
    "no_answer": "Not answered yet",
}


def month_brief(found: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    """Return the data of the template ``update``, given a month as `actions.monthly_update` returns it."""
    year, month = found["period"].split("-")
    name = f"{_MONTHS[int(month) - 1]} {year}"
    items = [item for strategy in found["strategies"] for item in strategy["items"]]
    told = [(plain_status(status), n) for status, n in found["counts"].items() if n]
    data = {
        "district": found["district"],
        "title": f"What became of the plan: {name}",
        "run_id": run_id,
        "date": _day(found["published"]) if found["published"] else "not published yet",
        "summary": f"{len(items)} items are on the schedule. Every one has one owner, and its status changes only through an update like this one.",
        "facts": [{"value": str(n), "label": f"of {len(items)} items: {status}"} for status, n in told],
        "budget": [[f["fund"], f"{f['spent']:,.0f}", f"{f['budget']:,.0f}", _share(f)] for f in found["budget"]],
        "strategies": [_strategy(strategy) for strategy in found["strategies"] if strategy["items"]],
        "late": [
            [str(w["id"]), w["who"], _day(w["due"]), str(w["days_late"]), plain_status(w["status"])]
            for w in found["late"]
        ],
        "changes": [{"of": c["of"], "what": c["what"], "why": c["why"], "by": c["by"]} for c in found["changes"]],
        "decisions": [f"{_day(d['meeting_date'])}, for {d['agenda_kind']}: {d['motion']}" for d in found["decisions"]],
        "answers": _answers(found["answers"]),
    }
    return {name: _printable(value) for name, value in data.items()}


def _printable(value: Any) -> Any:
    """Return texts as the briefs' typeface can show them, however deep they stand."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value]


def plain_status(status: str) -> str:
    """Return a status in words."""
    return status.replace("_", " ")


def _strategy(strategy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a strategy with its items."""
    return {"name": f"{strategy['number']}. {strategy['text']}", "items": [_item(item) for item in strategy["items"]]}


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item in words; its status is never told by a colour alone."""
    was = "" if item["status"] == item["status_before"] else f", was {plain_status(item['status_before'])}"
    return {
        "result": item["result"],
        "state": f"{plain_status(item['status']).capitalize()}{was}; {item['percent']} % of the work done. {item['owner']}, due {_day(item['due'])}.",
        "successes": item["successes"],
        "roadblocks": item["roadblocks"],
        "next_steps": item["next_steps"],
    }


def _answers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the register by theme. A "we won't" without its reason is not published."""
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        own = found.setdefault(row["you_said"], [])
        if not row["reason_missing"]:
            own.append([_ANSWERS[row["answer"]], " ".join(text for text in (row["words"], row["because"]) if text)])
    return [{"theme": theme, "rows": own} for theme, own in found.items() if own]


def _share(fund: Mapping[str, Any]) -> str:
    """Return what part of a budget is spent."""
    return f"{100 * fund['spent'] / fund['budget']:.0f} %" if fund["budget"] else "no budget"


def _day(day: date | None) -> str:
    """Return a day in words."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else "no day yet"
