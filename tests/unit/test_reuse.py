"""Rows made before are taken again only where they would be made the same."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from synthesis import actions
from synthesis.actions import reuse as reusing
from synthesis.actions.account import account
from synthesis.actions.prepare import Prepared, prepare
from synthesis.actions.reuse import Reuse
from synthesis.privacy import Finder
from synthesis.store.vault import Vault
from tests.conftest import RAW

LANGUAGES = ("en", "es", "ht")


def lengths(vault: Vault, texts: list[str]) -> tuple[list[int], int]:
    """Return the lengths of texts by way of what was kept, and how many were counted now."""
    reuse = Reuse(vault)
    found = list(reuse.rows("lengths", [(text,) for text in texts], lambda rows: [len(texts[row]) for row in rows]))
    return found, reuse.made["lengths"]


def test_only_what_is_new_is_made(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    assert lengths(vault, ["a", "bb", "a"]) == ([1, 2, 1], 2)
    assert lengths(vault, ["bb", "ccc", "a"]) == ([2, 3, 1], 1)
    assert lengths(vault, ["a"]) == ([1], 0)


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    lengths(vault, ["a", "bb"])
    lengths(vault, ["a"])
    assert len(vault.load("reuse/lengths")) == 1


def test_another_program_makes_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault(tmp_path)
    lengths(vault, ["a", "bb"])
    monkeypatch.setattr(reusing, "program", lambda: "another")
    assert lengths(vault, ["a", "bb"]) == ([1, 2], 2)


def test_it_lies_in_the_vault_for_its_owner_only(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    lengths(vault, ["a"])
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.is_relative_to(tmp_path / "vault")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"PAR1 nothing", b"\0" * 500])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    vault = Vault(tmp_path)
    lengths(vault, ["a", "bb"])
    (tmp_path / "vault" / "reuse" / "lengths.parquet").write_bytes(damage)
    assert lengths(vault, ["a", "bb"]) == ([1, 2], 2)
    assert lengths(vault, ["a", "bb"]) == ([1, 2], 0)


def test_a_list_bears_on_the_texts_that_hold_its_words() -> None:
    text = "Ask Brennick’s mother, or the Quillaby-Marsh bus."
    plain = Finder().bearing(text)
    assert Finder(["Orla Brennick"]).bearing(text) != plain
    assert Finder(["Orla Tamsin"]).bearing(text) == plain
    assert Finder(places=["quillaby-marsh"]).bearing(text) != plain
    assert Finder(places=["quillaby-moor"]).bearing(text) == plain
    assert Finder(ordinary=["mother"]).bearing(text) == plain  # in lower case it is nobody's name here
    assert Finder(ordinary=["mother"]).bearing("Mother said so") != Finder().bearing("Mother said so")


def prepared(data_dir: Path, raw: pd.DataFrame, vault: Vault) -> Prepared:
    return prepare(raw, secret=Vault(data_dir).secret(), languages=LANGUAGES, reuse=Reuse(vault))


def test_a_re_run_prepares_what_a_first_run_would(tmp_path: Path) -> None:
    """To the byte, over the whole sample: with new names, places and schools in the part that comes later."""
    data_dir = tmp_path / "data"
    actions.ingest([RAW], data_dir=data_dir, timezone="America/New_York")
    raw = account(data_dir).contributions
    whole = prepared(data_dir, raw, Vault(tmp_path / "fresh"))
    first = sorted(set(raw["export_sha256"]))[::2]
    vault = Vault(tmp_path / "before")
    prepared(data_dir, raw[raw["export_sha256"].isin(first)], vault)
    again = Reuse(vault)
    after = prepare(raw, secret=Vault(data_dir).secret(), languages=LANGUAGES, reuse=again)
    for name in ("contributions", "ideas", "redactions"):
        assert_frame_equal(getattr(after, name), getattr(whole, name), check_exact=True)
        assert getattr(after, name).to_csv() == getattr(whole, name).to_csv()
    assert again.made["words"] < 0.8 * len(raw)
    assert again.made["personal_data"] >= again.made["words"]
