"""The Prefect flow in its harness, on part of the sample district."""

from __future__ import annotations

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from pipelines.flows import synthesis_flow
from synthesis import actions
from tests.conftest import RAW

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default")]


def test_the_flow_ingests_runs_and_writes_briefs(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(tmp_path))
    with prefect_test_harness(server_startup_timeout=120):
        summary = synthesis_flow(str(RAW / "education_summit"))
        with get_client(sync_client=True) as client:
            artifact = client.request("GET", "/artifacts/{key}/latest", path_params={"key": "run-summary"}).json()
        run = actions.read_run(tmp_path)
        words = [text for text in run.contributions["text_public"] if len(text) > 30]
        assert "rows in" in artifact["data"]
        assert words
        assert not [text for text in words if text in str(artifact)]
    assert summary["run_id"] == run.manifest.run_id
    assert summary["rows_in"] == summary["kept"] + summary["set_aside"]
    assert summary["briefs"] == summary["themes"] + 1
    assert len(list((tmp_path / "briefs" / run.manifest.run_id).glob("*.pdf"))) == summary["briefs"]
