"""Whatever anybody tries in whatever order: the write path and the tables of states agree, and every step is one event."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from synthesis import actions
from synthesis.actions import records
from synthesis.errors import IllegalTransition, NotAllowed, RuleError, StaleVersion, SynthesisError
from synthesis.plan import MACHINES, Plan
from synthesis.plan.permissions import beside, check_may, state_of, strategy_of
from synthesis.plan.resting import resting
from synthesis.store.database import reading
from synthesis.store.events import read_events
from synthesis.store.plans import read_stored
from tests.store import small_district as sd
from tests.store.conftest import Where

PEOPLE = (*sd.OFFICES, sd.CHAIR, sd.MEMBER, sd.WRITER)
MOVING = {"plan_cycle": "PC1", "direction": "D1", "action_plan": "AP1"}
DOING = [(kind, action) for kind in MOVING for action in MACHINES[kind].actions()]


class WritePath(RuleBasedStateMachine):
    """Anybody tries any action, or an edit with a version that may be old, on a district under way."""

    template: Path

    @initialize()
    def begin(self) -> None:
        """Begin with the district as it stands before its plan is written."""
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.where = Where(self.folder, None)
        self.plan = self._plan()
        self.number = len(self._events())

    def teardown(self) -> None:
        """Remove the folder."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    @rule(actor=st.sampled_from(PEOPLE), doing=st.sampled_from(DOING))
    def do(self, actor: sd.Actor, doing: tuple[str, str]) -> None:
        """Try an action: it is done where the table allows it, and refused otherwise."""
        kind, action = doing
        record = self.plan.by_id(kind).get(MOVING[kind])
        if record is None:
            return  # removed
        try:
            wanted = MACHINES[kind].advance(
                state_of(self.plan, record),
                action,
                actor,
                strategy=strategy_of(self.plan, record),
                beside=beside(self.plan, record),
            )
        except (NotAllowed, IllegalTransition):
            wanted = None
        with self._one_event_or_none():
            try:
                found = records.act(kind, record.id, action, actor=actor, because="Tried.", **self.where.args())
            except RuleError:
                found = None
        if wanted is None:
            assert found is None
        elif found is not None:
            assert found == wanted == state_of(self._plan(), self._plan().by_id(kind)[record.id])
        self.plan = self._plan()

    @rule(actor=st.sampled_from(PEOPLE), late=st.booleans(), words=st.text(min_size=1, max_size=9))
    def edit(self, actor: sd.Actor, late: bool, words: str) -> None:
        """Try to edit the plan, with the version that is stored or an older one: an older one is never taken."""
        with reading(*self.where) as opened:
            stored = read_stored(opened, "action_plan", "AP1")
        if stored is None:
            return  # removed
        version = stored.version - late
        refused: RuleError | None = None
        with self._one_event_or_none():
            try:
                records.change_record(
                    "action_plan", "AP1", {"specific_result": f"Nine of ten. {words!a}"},
                    version=version, actor=actor, because="Tried.", **self.where.args(),
                )  # fmt: skip
            except RuleError as error:
                refused = error
        # Whoever lost the office, seat or place on a team (its record was removed) is refused before versions are looked at.
        holds = actor in actions.actors(actor.person, **self.where.args())
        assert (late and holds) == isinstance(refused, StaleVersion)
        assert holds or isinstance(refused, NotAllowed)
        self.plan = self._plan()

    @rule(actor=st.sampled_from(PEOPLE), late=st.booleans(), data=st.data())
    def remove(self, actor: sd.Actor, late: bool, data: st.DataObject) -> None:
        """Try to remove any record: it is gone where the table allows it and nothing rests on it, and all is as before otherwise."""
        record = data.draw(st.sampled_from([found for own in self.plan.records.values() for found in own]))
        with reading(*self.where) as opened:
            stored = read_stored(opened, record.kind, record.id)
        assert stored is not None
        refused: SynthesisError | None = None
        with self._one_event_or_none():
            try:
                actions.remove_record(
                    record.kind, record.id, version=stored.version - late, actor=actor, because="Tried.", **self.where.args()
                )  # fmt: skip
            except SynthesisError as error:
                refused = error
        gone = record.id not in self._plan().by_id(record.kind)
        assert gone == (refused is None)
        if gone:
            assert not late
            assert not list(resting(self.plan, record))
            check_may(self.plan, "remove", record, actor)
        self.plan = self._plan()

    @invariant()
    def everything_is_as_written(self) -> None:
        """Nothing is ever found that no event wrote."""
        if hasattr(self, "where"):
            assert actions.verify(**self.where.args()).sound

    @contextmanager
    def _one_event_or_none(self) -> Iterator[None]:
        """Check that what is done in here is one event with a change of records, or neither."""
        yield
        events, plan = self._events(), self._plan()
        assert (len(events) - self.number) == (plan != self.plan or len(events) > self.number)
        if len(events) == self.number:
            assert plan == self.plan
        self.number = len(events)

    def _plan(self) -> Plan:
        return actions.plan_records(**self.where.args())

    def _events(self) -> list[object]:
        with reading(*self.where) as opened:
            return list(read_events(opened))


def test_write_path_and_tables_agree_whatever_is_tried(tmp_path: Path, made_file: Path):
    where = Where(tmp_path / "template", None)
    where.data_dir.mkdir()
    shutil.copy(made_file, where.data_dir)
    sd.staff(where)
    sd.seat(where)
    sd.direct(where)
    sd.recruit(where)
    given = {"specific_result": "Nine of ten.", "responsible": "Bram Ostler"}
    sd.add(where, sd.SUPERINTENDENT, "action_plan", id="AP1", strategy="S1", **given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WritePath, "template", where.data_dir, raising=False)
        run_state_machine_as_test(
            WritePath,
            settings=settings(
                max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
