"""The Prefect flow in its harness, on the whole sample district."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL
from prefect.testing.utilities import prefect_test_harness

from pipelines.flows import synthesis_flow
from synthesis import actions
from tests.conftest import RAW
from tests.hostile.canaries import canaries, outside_the_vault, sightings

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default")]


def test_the_flow_ingests_runs_writes_briefs_and_tells_nobody(tmp_path, monkeypatch, capfd, caplog):
    data_dir, prefect_home = tmp_path / "data", tmp_path / "prefect"
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(data_dir))
    monkeypatch.setenv("PREFECT_HOME", str(prefect_home))
    with prefect_test_harness(server_startup_timeout=120):
        summary = synthesis_flow(str(RAW))
        with get_client(sync_client=True) as client:
            artifact = client.request("GET", "/artifacts/{key}/latest", path_params={"key": "run-summary"}).json()
        database = Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().removeprefix("sqlite+aiosqlite:///"))
    run = actions.read_run(data_dir)
    assert "rows in" in artifact["data"]
    assert summary["run_id"] == run.manifest.run_id
    assert summary["rows_in"] == summary["kept"] + summary["set_aside"]
    assert summary["briefs"] == summary["themes"] + 1
    assert len(list((data_dir / "briefs" / run.manifest.run_id).glob("*.pdf"))) == summary["briefs"]

    said = tmp_path / "said.txt"
    said.write_text("".join(capfd.readouterr()) + caplog.text, encoding="utf-8")
    stored = tmp_path / "prefect.sql"
    with sqlite3.connect(database) as opened:
        stored.write_text("\n".join(opened.iterdump()), encoding="utf-8")
    assert "run-summary" in stored.read_text(encoding="utf-8")
    assert "synthesis" in said.read_text(encoding="utf-8").lower()
    told = [said, stored, database, *(path for path in prefect_home.rglob("*") if path.is_file())]
    assert not sightings(canaries(data_dir), [*told, *outside_the_vault(data_dir)])
    # Prefect and the terminal are told counts, not even public words.
    words = {text for text in run.contributions["text_public"] if len(text) > 30}
    assert words
    assert not sightings(words, told)
