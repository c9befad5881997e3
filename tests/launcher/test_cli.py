"""The command line explains itself and fails in one sentence."""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.dev import cli

from .conftest import ROOT, Checkout


def sentence(done):
    """Return the sentence of a failed `./dev`; there must be no traceback."""
    assert "Traceback" not in done.stdout + done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("dev: ")]
    return line


def test_help_names_every_command_and_variable(checkout):
    text = checkout.dev("--help").stdout
    for word in [*cli.COMMANDS, "ODOO_SOURCE", "ODOO_GIT_URL", "PGHOST", ".dev/"]:
        assert word in text


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name != "lint"])
def test_each_command_explains_its_options(checkout, command):
    done = checkout.dev(command, "--help")
    assert done.returncode == 0
    assert f"./dev {command}" in done.stdout


def test_without_arguments_the_help_is_shown(checkout):
    done = checkout.dev()
    assert done.returncode == 0
    assert "typical days" in done.stdout


def test_an_unknown_command_is_a_usage_error(checkout):
    done = checkout.dev("dance")
    assert done.returncode == 2
    assert "invalid choice" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_option_is_a_usage_error(checkout):
    done = checkout.dev("run", "--prot", "9000", "--nonsense")
    assert done.returncode == 2
    assert "--nonsense" in done.stderr


def test_nothing_is_running_and_nothing_to_clean(checkout):
    assert "nothing was running" in checkout.dev("stop").stdout


def test_clean_all_removes_the_folder(checkout):
    shutil.rmtree(checkout.root / ".dev" / "venv")
    (checkout.root / ".dev" / "odoo").mkdir()
    (checkout.root / ".dev" / "odoo" / "file").write_bytes(b"x" * 20_000)
    assert "removed" in checkout.dev("clean", "--all").stdout
    assert not (checkout.root / ".dev").exists()


def test_a_path_that_does_not_exist_is_named(checkout):
    done = checkout.dev("test", "tests/nowhere.py")
    assert done.returncode == 2
    assert "tests/nowhere.py" in sentence(done)


def test_a_wrong_odoo_source_fails_before_anything_is_fetched(checkout):
    done = checkout.dev("run", ODOO_SOURCE="/nowhere")
    assert done.returncode == 1
    assert "ODOO_SOURCE=/nowhere is not a folder" in sentence(done)
    assert not list((checkout.root / ".dev").glob("odoo/*"))


def test_a_full_disk_is_found_before_anything_is_written(checkout):
    shutil.rmtree(checkout.root / ".dev" / "venv")
    done = checkout.dev("run", DEV_FREE_MB="50")
    assert done.returncode == 1
    assert "Not enough disk space" in sentence(done)
    assert "50 MB are free" in sentence(done)
    assert not (checkout.root / ".dev" / "venv").exists()


def test_a_free_space_that_is_no_number(checkout):
    shutil.rmtree(checkout.root / ".dev" / "venv")
    done = checkout.dev("run", DEV_FREE_MB="plenty")
    assert done.returncode == 1
    assert "a number of megabytes, not 'plenty'" in sentence(done)


def test_debug_shows_the_traceback(checkout):
    done = checkout.dev("--debug", "run", ODOO_SOURCE="/nowhere")
    assert "Traceback" in done.stderr


def test_nothing_is_written_outside_the_ignored_folder(checkout):
    before = {path.name for path in checkout.root.iterdir()}
    checkout.dev("features", "--help")
    checkout.dev("run", ODOO_SOURCE="/nowhere")
    assert {path.name for path in checkout.root.iterdir()} == before
    assert not list((checkout.root / "tools").rglob("__pycache__"))


def test_an_old_python_can_read_the_first_file():
    ast.parse((ROOT / "dev").read_text(), feature_version=(3, 6))


def test_an_unsupported_python_is_one_sentence(tmp_path):
    code = (
        "import runpy, sys\n"
        "sys.version_info = (3, 10, 2)\n"
        f"runpy.run_path({str(ROOT / 'dev')!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Python 3.10 is not supported" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fitting_python_on_the_path_is_taken_instead(tmp_path):
    fitting = tmp_path / "python3.12"
    fitting.write_text('#!/bin/sh\necho "taken: $*"\n')
    fitting.chmod(0o755)
    code = (
        "import runpy, sys\n"
        "sys.version_info = (3, 14, 0)\n"
        "sys.argv = ['dev', 'run', '--fresh']\n"
        f"runpy.run_path({str(ROOT / 'dev')!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("taken: ")
    assert done.stdout.endswith("dev run --fresh\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_gets_a_sentence_for_a_folder_of_root():
    names = ("python3.11", "python3.12", "python3.13", "python3")
    found = [shutil.which(name, path="/usr/bin:/usr/local/bin") for name in names]
    usable = [path for path in (sys.executable, *found) if path and _reachable(path)]
    if not usable:
        pytest.skip("every Python lies in a folder of root")
    # Not below pytest's own folder, which is closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        checkout = Checkout(root)
        (root / ".dev" / "run").mkdir(mode=0o700)
        done = checkout.dev("shell", user=65534, python=usable[0])
    assert done.returncode == 1
    assert "No permission" in sentence(done)
    assert "belongs to another user" in sentence(done)


#: Ends well in a Python the launcher supports.
FITS = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"


def _reachable(program):
    try:
        return not subprocess.run(
            [program, "-c", FITS], user=65534, check=False, capture_output=True
        ).returncode
    except OSError:
        return False


def test_no_registry_and_no_path_of_a_machine_in_the_launcher():
    for path in [ROOT / "dev", *sorted((ROOT / "tools" / "dev").rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        for word in ("pypi.org", "deb.debian.org", "/home/", "/root/"):
            assert word not in text, f"{word} in {path.relative_to(ROOT)}"


def test_each_file_of_the_launcher_is_small():
    for path in sorted((ROOT / "tools" / "dev").rglob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, Path(
            path
        ).name
