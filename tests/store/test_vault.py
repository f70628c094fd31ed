"""The vault: raw words for their owner only, and an export stored whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from synthesis.frames import HeldContributions, RawContributions, Research, SetAside
from synthesis.model import ExportSha, LedgerRow
from synthesis.store.vault import Vault
from tests.store.small_run import MOMENT, contributions

DATA = b"Message\nThe bus is late.\n"
SHA = ExportSha(hashlib.sha256(DATA).hexdigest())
ROW = LedgerRow("lets_talk/a.csv", "lets_talk", "lets_talk", SHA, MOMENT, 3, 2, 1, {"empty": 1})


def frames(mark: str = "first") -> tuple[pd.DataFrame, ...]:
    columns = list(RawContributions.to_schema().columns)
    words = contributions(mark).assign(
        text_raw=f"raw {mark}", identity="email:a@example.org", person_name="", record_key=""
    )
    aside = pd.DataFrame(
        [(SHA, "", 4, "N", "empty", "nothing is in the cell", "")], columns=list(SetAside.to_schema().columns)
    )
    raw = RawContributions.validate(words[columns])
    held = HeldContributions.validate(raw[:1].assign(aside_id="S1"))
    return raw, SetAside.validate(aside), Research.empty(), held


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_stored_is_read_back(tmp_path: Path):
    vault = Vault(tmp_path)
    raw, aside, research, held = frames()
    vault.store(ROW, DATA, raw, aside, research, held)
    assert vault.ledger() == [ROW]
    assert vault.has(SHA) == ROW
    assert_frame_equal(vault.contributions(), raw)
    assert_frame_equal(vault.set_aside(), aside)
    assert_frame_equal(vault.held(), held)
    assert vault.export(SHA) == DATA
    assert vault.columns("contributions", ["row"])["row"].tolist() == raw["row"].tolist()
    assert vault.research().empty
    assert list(vault.research().columns) == list(Research.to_schema().columns)
    assert (tmp_path / "vault" / "exports" / SHA).read_bytes() == DATA


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_the_vault_whatever_the_umask(tmp_path: Path, umask: int):
    before = os.umask(umask)
    try:
        vault = Vault(tmp_path)
        vault.store(ROW, DATA, *frames())
        vault.secret()
        vault.save("redactions", pd.DataFrame({"raw_start": [1]}))
    finally:
        os.umask(before)
    assert mode(tmp_path / "vault") == 0o700
    assert len(files(tmp_path / "vault")) == 7
    assert {mode(path) for path in files(tmp_path / "vault")} == {0o600}


def test_the_ledger_holds_no_words_of_the_public(tmp_path: Path):
    Vault(tmp_path).store(ROW, DATA, *frames())
    [account] = files(tmp_path / "ledger")
    assert account.name == f"{SHA}.json"
    assert "bus" not in account.read_text("utf-8")
    assert "raw first" not in account.read_text("utf-8")


def test_storing_the_same_export_twice_leaves_one(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.store(ROW, DATA, *frames())
    before = {path: path.read_bytes() for path in files(tmp_path)}
    vault.store(ROW, DATA, *frames())
    assert {path: path.read_bytes() for path in files(tmp_path)} == before
    assert len(vault.contributions()) == 2


@pytest.mark.parametrize("stage", range(5))
def test_an_export_interrupted_at_any_stage_is_not_there_at_all(tmp_path: Path, stage: int, monkeypatch):
    real, done = os.replace, []

    def interrupted(*args, **kwargs):
        if len(done) == stage:
            raise KeyboardInterrupt
        done.append(args)
        return real(*args, **kwargs)

    vault = Vault(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            vault.store(ROW, DATA, *frames())
    assert len(done) == stage
    assert vault.ledger() == []
    assert vault.has(SHA) is None
    assert vault.contributions().empty
    vault.store(ROW, DATA, *frames())  # the same command again goes on
    assert vault.ledger() == [ROW]
    assert len(vault.contributions()) == 2


def test_the_ledger_is_in_the_order_of_names(tmp_path: Path):
    vault = Vault(tmp_path)
    for name, digit in (("b.csv", "1"), ("a.csv", "2"), ("c.csv", "0")):
        vault.store(replace(ROW, name=name, sha256=ExportSha(digit * 64)), DATA, *frames())
    assert [row.name for row in vault.ledger()] == ["a.csv", "b.csv", "c.csv"]


def test_the_secret_is_made_once(tmp_path: Path):
    secret = Vault(tmp_path).secret()
    assert len(secret) == 32
    assert Vault(tmp_path).secret() == secret


def test_an_empty_vault_gives_frames_with_their_columns(tmp_path: Path):
    vault = Vault(tmp_path)
    assert vault.ledger() == []
    assert list(vault.contributions().columns) == list(RawContributions.to_schema().columns)
    assert list(vault.set_aside().columns) == list(SetAside.to_schema().columns)
    assert files(tmp_path) == []
