"""The notebooks run from top to bottom on the sample district, and define nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from synthesis import actions

ROOT = Path(__file__).resolve().parents[2]
EXPLORE = ROOT / "notebooks" / "explore_run.ipynb"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def explored(district: Path, tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The notebook with the outputs of a fresh kernel that sees the district's data folder.

    nbclient runs in a process of its own: the event loop that it leaves behind must not end in another test.
    """
    copy = Path(shutil.copy(EXPLORE, tmp_path_factory.mktemp("notebook")))
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
    return nbformat.read(copy, as_version=4)


def shown(notebook: nbformat.NotebookNode, cell_id: str) -> str:
    """Return everything that a cell shows, as text."""
    [cell] = [cell for cell in notebook.cells if cell.id == cell_id]
    parts = [output.get("text") or str(output.get("data", {})) for output in cell.outputs]
    return "\n".join(parts)


@pytest.mark.model
def test_the_run_is_explored_with_the_numbers_that_were_published(district: Path, explored: nbformat.NotebookNode):
    code = [cell for cell in explored.cells if cell.cell_type == "code"]
    assert [output for cell in code for output in cell.outputs if output.output_type == "error"] == []
    assert [output for cell in code for output in cell.outputs if output.get("name") == "stderr"] == []
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
    assert "text/html" not in output.data
    [rows] = output.data[kind]["datasets"].values()
    assert {row["theme"] for row in rows} == {theme.name for theme in actions.read_run(district).themes}


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
