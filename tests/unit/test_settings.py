"""Settings: what the environment says, and what it leaves unsaid."""

from pathlib import Path

from synthesis.settings import Settings


def test_an_empty_variable_is_one_that_is_not_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", "")
    monkeypatch.setenv("SYNTHESIS_MINIMUM_CELL", "")
    assert Settings().data_dir == Path("data/processed"), "else the vault would be made in the working directory"
    assert Settings().minimum_cell == 10


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("synthesis.toml").write_text('minimum_cell = 12\ndistrict = "Larkmoor"\n', encoding="utf-8")
    monkeypatch.setenv("SYNTHESIS_MINIMUM_CELL", "15")
    assert (Settings().minimum_cell, Settings().district) == (15, "Larkmoor")
