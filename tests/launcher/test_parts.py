"""The small parts: sizes, space, names of databases, settings of pip, features."""

import errno
import fcntl
import os

import pytest

from tools.dev import (
    addons,
    database,
    disk,
    features,
    locks,
    paths,
    progress,
    python_env,
)
from tools.dev.errors import DevError, from_os_error


def test_sizes_are_shown_as_people_read_them():
    assert progress.size(512) == "512 B"
    assert progress.size(117 * progress.MEGABYTE) == "117 MB"
    assert progress.size(12 * 1024 * progress.MEGABYTE) == "12.0 GB"


def test_a_step_says_how_long_it_took(capsys):
    with progress.Step("Odoo 19.0"):
        pass
    assert "ok Odoo 19.0 (0.0 s)" in capsys.readouterr().out


def test_a_failed_step_is_marked(capsys):
    with pytest.raises(ValueError), progress.Step("Odoo 19.0"):
        raise ValueError
    assert "-- Odoo 19.0" in capsys.readouterr().out


def test_space_is_asked_for_all_steps_together(monkeypatch, tmp_path):
    monkeypatch.setenv("DEV_FREE_MB", "2000")
    disk.require("odoo", folder=tmp_path)
    with pytest.raises(DevError, match="free some space and start again"):
        disk.require("odoo", "python", folder=tmp_path)


def test_a_full_disk_says_so():
    error = from_os_error(OSError(errno.ENOSPC, "No space left on device", "/x/y"))
    assert "The disk is full while writing /x/y" in str(error)


def test_a_lock_is_free_again_when_its_holder_is_gone(tmp_path):
    path = tmp_path / "lock"
    held = locks.take(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert locks.take(path, fcntl.LOCK_SH | fcntl.LOCK_NB) is None
    os.close(held)
    assert locks.take(path, fcntl.LOCK_SH | fcntl.LOCK_NB) is not None


def test_uv_gets_the_settings_of_pip():
    settings = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "file:///a file:///b",
        "find-links": "/wheels",
        "no-index": "false",
    }
    options = " ".join(python_env.uv_options(settings))
    assert options == (
        "--index-url https://mirror.example/simple --extra-index-url file:///a "
        "--extra-index-url file:///b --find-links /wheels --index-strategy unsafe-best-match"
    )


def test_every_package_is_pinned():
    lines = paths.LOCK_FILE.read_text().splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert len(pins) > 50
    assert all("==" in line for line in pins)


def test_dependencies_are_those_of_the_manifests():
    found = addons.dependencies()
    assert "sale_crm" in found
    assert "crm_rma" not in found


def test_a_change_of_an_addon_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    models = tmp_path / "crm_rma" / "models"
    tests = tmp_path / "crm_rma" / "tests"
    models.mkdir(parents=True)
    tests.mkdir()
    (models / "crm_rma.py").write_text("a = 1\n")
    before = addons.fingerprint("crm_rma")
    (tests / "test_rma.py").write_text("b = 1\n")
    assert addons.fingerprint("crm_rma") == before
    (models / "crm_rma.py").write_text("a = 2\n")
    assert addons.fingerprint("crm_rma") != before


def test_what_is_noted_about_a_database_is_kept(folders):
    database.write_state("crm", addons={"crm_rma": "1"})
    database.write_state("crm", northwind="today")
    assert database.read_state("crm") == {
        "addons": {"crm_rma": "1"},
        "northwind": "today",
    }


def test_a_damaged_note_counts_as_none(folders):
    paths.make(paths.STATE)
    database.state_file("crm").write_text("{")
    assert database.read_state("crm") == {}


SOURCE = '''
class TestWarranty:
    """R02: the warranty is stamped."""

    def test_stamp(self):
        """Also proves X03."""

    def test_a07_segments(self):
        pass

    def helper(self):
        """R09 is not proven by a helper."""


def test_x12_quote_again():
    pass
'''


def test_codes_are_found_in_names_docstrings_and_classes():
    assert dict(features.tests_of(SOURCE)) == {
        "TestWarranty.test_stamp": {"R02", "X03"},
        "TestWarranty.test_a07_segments": {"R02", "A07"},
        "test_x12_quote_again": {"X12"},
    }


def test_the_list_is_complete_and_without_doubles():
    codes = [feature.code for feature in features.read()]
    assert len(codes) == len(set(codes)) == 57
    assert codes[0] == "X01"
    assert all(feature.title and feature.chinese for feature in features.read())


def test_a_row_without_tests_is_open(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_warranty.py").write_text(SOURCE)
    found = {row.code: row for row in features.collect(tmp_path, features.read())}
    found["R02"].whole = False
    assert found["R02"].state == "begun (2 tests)"
    found["R02"].whole = True
    assert found["R02"].state == "proven (2 tests)"
    assert found["X12"].tests == ["tests/test_warranty.py::test_x12_quote_again"]
    assert found["R09"].state == "open"
