"""The notebooks run from top to bottom on the sample district, and define nothing."""

from __future__ import annotations

import ast
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from synthesis import actions

ROOT = Path(__file__).resolve().parents[2]
EXPLORE = ROOT / "notebooks" / "explore_run.ipynb"
SENSITIVITY = ROOT / "notebooks" / "sensitivity.ipynb"
VALIDATE = ROOT / "notebooks" / "validate_themes.ipynb"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def executed(path: Path, district: Path, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs of a fresh kernel that sees the district's data folder.

    nbclient runs in a process of its own: the event loop that it leaves behind must not end in another test.
    """
    copy = Path(shutil.copy(path, folder))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SYNTHESIS_")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("jupyter-execute")), "--inplace", "--timeout=300", str(copy)],
        env=environment | {"SYNTHESIS_DATA_DIR": str(district), "PYTHONWARNINGS": "ignore:IProgress not found"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    notebook = nbformat.read(copy, as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    assert [
        output for output in outputs if "vegalite" in str(output.get("data", "")) and "text/html" in output.data
    ] == []
    return notebook


@pytest.fixture(scope="module")
def explored(district: Path, tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The notebook that looks at a run, executed."""
    return executed(EXPLORE, district, tmp_path_factory.mktemp("explored"))


def shown(notebook: nbformat.NotebookNode, cell_id: str) -> str:
    """Return everything that a cell shows, as text."""
    [cell] = [cell for cell in notebook.cells if cell.id == cell_id]
    parts = [output.get("text") or str(output.get("data", {})) for output in cell.outputs]
    return "\n".join(parts)


@pytest.mark.model
def test_the_run_is_explored_with_the_numbers_that_were_published(district: Path, explored: nbformat.NotebookNode):
    run = actions.read_run(district)
    assert run.manifest.run_id in shown(explored, "manifest")
    for theme in run.themes:
        assert theme.theme_id in shown(explored, "themes")
    assert run.themes[0].name in shown(explored, "words")
    for quote in run.themes[0].quotes:
        assert quote.text in shown(explored, "words")
    assert "unclear_share" in shown(explored, "quality")
    assert run.themes[0].theme_id in shown(explored, "thread")


@pytest.mark.model
def test_the_chart_holds_every_theme_and_fetches_nothing(district: Path, explored: nbformat.NotebookNode):
    [cell] = [cell for cell in explored.cells if cell.id == "reach"]
    [output] = cell.outputs
    [kind] = [name for name in output.data if "vegalite" in name]
    [rows] = output.data[kind]["datasets"].values()
    assert {row["theme"] for row in rows} == {theme.name for theme in actions.read_run(district).themes}


@pytest.mark.model
def test_sensitivity_agrees_with_the_order_where_nothing_is_changed(district: Path, tmp_path: Path):
    notebook = executed(SENSITIVITY, district, tmp_path)
    order = actions.read_run(district).themes
    weights, caps = (table(notebook, name) for name in ("weights-table", "cap"))
    assert weights["0.6"].tolist() == list(range(1, len(order) + 1))
    assert caps["50 people"].tolist() == list(range(1, len(order) + 1))
    assert caps["none"].tolist() != caps["50 people"].tolist()
    assert weights["0.0"].tolist() != weights["1.0"].tolist()


@pytest.mark.model
def test_themes_are_validated_against_the_codes_that_people_gave(district: Path, tmp_path: Path):
    notebook = executed(VALIDATE, district, tmp_path)
    run = actions.read_run(district)
    agreed, recall, stand = (table(notebook, name) for name in ("alpha", "recall", "homes"))
    assert (agreed["low"] <= agreed["alpha"]).all()
    assert (agreed["alpha"] <= agreed["high"]).all()
    assert agreed.loc["theme_id", "low"] > 0.4  # far beyond chance
    assert len(recall) == 20
    assert (recall["recall_low"] <= recall["recall_value"]).all()
    for theme in run.themes:
        assert theme.name.startswith(stand.at[theme.theme_id, "theme"].removesuffix("..."))  # long names are cut
    assert stand["ideas"].sum() == recall["ideas"].sum()
    assert "The writers of the sample and the program say the same of" in shown(notebook, "sheet")
    assert actions.coding_report(run, district)["coders"] == []  # the sheet was filled in on a copy


def table(notebook: nbformat.NotebookNode, cell_id: str) -> pd.DataFrame:
    """Return the table that a cell shows."""
    [cell] = [cell for cell in notebook.cells if cell.id == cell_id]
    [found] = pd.read_html(io.StringIO(cell.outputs[0].data["text/html"]), index_col=0)
    found.columns = found.columns.get_level_values(0)  # the index's name stands in a second line of headings
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_defines_nothing_and_is_stored_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source))]
        assert not {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"} & set(found)
