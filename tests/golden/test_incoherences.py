"""Every planted incoherence is found, alone and among all others, and nothing is found that is not there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from synthesis import actions
from synthesis.actions.coherence import Heard, heard, incoherences
from synthesis.actions.plan import theme_links
from synthesis.errors import WrongCells
from synthesis.plan import Plan
from synthesis.plan.claims import Limits
from synthesis.plan.coherence import RULES
from synthesis.plan.updates import frozen_findings
from synthesis.store.workbook import write_workbook
from tests.golden.planted import Planted, changed, planted

PLANTED, CLEAN = planted()
LIMITS = Limits(funds=CLEAN["limits"])

Told = tuple[str, tuple[str, ...], str]
"""A rule (or kind and column), the records, and what is said."""


@pytest.fixture(scope="module")
def clean(district: Path) -> Plan:
    """The sample district's plan, as it came through the workbook."""
    return actions.plan_records(data_dir=district)


@pytest.fixture(scope="module")
def against(district: Path) -> Heard:
    """What the sample district's run holds against a plan."""
    found = heard(district)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def themes(clean: Plan, against: Heard) -> dict[str, str]:
    """The theme that each evidence link of the clean copy names."""
    return theme_links(clean, against.run)


@pytest.fixture(scope="module")
def before(clean: Plan, against: Heard) -> set[Told]:
    """What is found on the clean copy."""
    return told(clean, against)


def told(plan: Plan, against: Heard) -> set[Told]:
    """Return all that is found on a plan."""
    return {(f.rule, tuple(" ".join(r) for r in f.records), f.problem) for f in incoherences(plan, against, LIMITS)} | {
        (f"{f.kind}.{f.column}", (f"{f.kind} {f.record_id}",), f.problem) for f in actions.plan_findings(plan)
    }


def missed_and_false(
    new: set[Told], expected: Iterable[Mapping[str, Any]], themes: Mapping[str, str]
) -> tuple[list[Mapping[str, Any]], set[Told]]:
    """Return what should have been found and was not, and what was found and should not have been."""
    missed, left = [], set(new)
    for wanted in expected:
        match = next((one for one in sorted(left) if _is(one, wanted, themes)), None)
        if match is None:
            missed.append(wanted)
        else:
            left.remove(match)
    return missed, left


def _is(found: Told, wanted: Mapping[str, Any], themes: Mapping[str, str]) -> bool:
    """Tell whether a finding is the one that was wanted."""
    if "rule" in wanted:
        pairs = [(kind, themes[name] if kind == "theme" else name) for kind, name in wanted["records"]]
        place = (wanted["rule"], tuple(" ".join(pair) for pair in pairs))
    else:
        place = (f"{wanted['kind']}.{wanted['column']}", (f"{wanted['kind']} {wanted['id']}",))
    return found[:2] == place and wanted.get("words", "") in found[2]


def test_every_rule_has_a_planted_incoherence_and_most_have_two():
    times = [wanted["rule"] for one in PLANTED for wanted in one.finds if "rule" in wanted]
    assert set(times) == set(RULES)
    assert sum(times.count(rule) > 1 for rule in RULES) >= len(RULES) - 1
    assert len({one.says for one in PLANTED}) == len(PLANTED)


def test_on_the_clean_copy_only_what_is_true_and_may_stay_is_found(clean: Plan, against: Heard):
    assert actions.plan_findings(clean) == []
    found = incoherences(clean, against, LIMITS)
    assert {f.rule for f in found} <= {"words_missing", *CLEAN["accepted"]}
    said = [re.findall(r"“([^”]+)” \((\d+) people\)", f.problem) for f in found if f.rule == "words_missing"]
    often = {form for words in said for form, people in words if int(people) >= CLEAN["words_of_many"]}
    assert often <= CLEAN["words_left_out"].keys()


def test_what_may_stay_is_accepted_with_its_reason(district: Path):
    accepted = {f["rule"]: f["accepted"] for f in actions.plan_coherence(data_dir=district)}
    assert all(accepted[rule]["reason"] for rule in CLEAN["accepted"])


@pytest.mark.parametrize("one", PLANTED, ids=[one.says for one in PLANTED])
def test_a_planted_incoherence_is_found_and_nothing_else(
    one: Planted, clean: Plan, against: Heard, themes: dict[str, str], before: set[Told]
):
    new = told(changed(clean, one.change), against) - before
    assert missed_and_false(new, one.finds, themes) == ([], set())


def test_all_together_are_found_through_the_workbook_and_nothing_else(
    district: Path, clean: Plan, themes: dict[str, str], before: set[Told], tmp_path: Path
):
    data_dir = tmp_path / "data"
    shutil.copytree(
        district, data_dir, ignore=shutil.ignore_patterns("synthesis.db*")
    )  # no month is published there yet
    together = [one for one in PLANTED if not one.alone]
    plan = changed(clean, [change for one in together for change in one.change])
    book = tmp_path / "planted.xlsx"
    book.write_bytes(write_workbook(plan))
    actions.import_plan(book, data_dir=data_dir)
    found = actions.plan_coherence(data_dir=data_dir, limits=LIMITS)
    new = {(f["rule"], tuple(" ".join(r) for r in f["records"]), f["problem"]) for f in found}
    new |= {
        (f"{f.kind}.{f.column}", (f"{f.kind} {f.record_id}",), f.problem)
        for f in actions.plan_findings(actions.plan_records(data_dir=data_dir))
    }
    expected = [wanted for one in together for wanted in one.finds]
    assert missed_and_false(new - before, expected, themes) == ([], set())


def test_published_months_that_were_rewritten_are_refused(clean: Plan, district: Path, tmp_path: Path):
    touched = [
        change.get("add", change)["id"]
        for one in PLANTED
        for change in one.change
        if change["kind"] == "progress_update"
    ]
    plan = changed(clean, [change for one in PLANTED if not one.alone for change in one.change])
    assert sorted(f.record_id for f in frozen_findings(clean, plan)) == sorted(touched)
    book = tmp_path / "planted.xlsx"
    book.write_bytes(write_workbook(plan))
    with pytest.raises(WrongCells, match=f"{len(touched)} cells"):
        actions.import_plan(book, data_dir=district)
    assert actions.plan_records(data_dir=district) == clean
