"""The committee's meetings in full: a record for each seat at each meeting and for each position on each decision."""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]

_ELSEWHERE = ("remote", "excused", "absent")
_OTHERWISE = {"aside": "stand_aside", "block": "block"}


def who_met(meetings: list[Raw], terms: list[Raw]) -> dict[str, list[Raw]]:
    """Return meetings, attendances, decisions and stands, given the meetings as the source tells them and everyone's terms."""
    found: dict[str, list[Raw]] = {"meeting": [], "attendance": [], "decision": [], "stand": []}
    for meeting in meetings:
        seated = [t["member"] for t in terms if t["start"] <= meeting["day"] <= t["end"]]
        where = {member: presence for presence in _ELSEWHERE for member in meeting.get(presence, [])}
        rest = {name: value for name, value in meeting.items() if name not in (*_ELSEWHERE, "decision")}
        found["meeting"].append(rest)
        found["attendance"] += [
            {
                "id": f"{meeting['id']}-{member}",
                "meeting": meeting["id"],
                "member": member,
                "presence": where.get(member, "in_room"),
            }
            for member in seated
        ]
        there = [member for member in seated if where.get(member, "remote") == "remote"]
        for n, decision in enumerate(meeting.get("decision", []), 1):
            own = {"id": f"{meeting['id']}-D{n}", "meeting": meeting["id"]} | decision
            found["decision"].append({name: value for name, value in own.items() if name not in _OTHERWISE})
            found["stand"] += _stands(own, there)
    return found


def _stands(decision: Raw, there: list[str]) -> list[Raw]:
    """Return the positions on a decision of all who were there."""
    otherwise = {
        told["member"]: {"position": position, "reason": told["reason"]}
        for name, position in _OTHERWISE.items()
        for told in decision.get(name, [])
    }
    return [
        {"id": f"{decision['id']}-{member}", "decision": decision["id"], "member": member}
        | otherwise.get(member, {"position": "consent"})
        for member in there
    ]
