"""What the launcher's tests share: a checkout of their own, so that nothing is disturbed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.dev import paths, python_env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Send everything the launcher writes into a temporary folder."""
    dev, real = tmp_path / ".dev", paths.DEV
    for name, value in list(vars(paths).items()):
        if isinstance(value, Path) and value.is_relative_to(real):
            monkeypatch.setattr(paths, name, dev / value.relative_to(real))
    for name in list(os.environ):
        if name.startswith(("ODOO_", "PG", "DEV_")):
            monkeypatch.delenv(name)
    return dev


class Checkout:
    """A copy of the launcher in a folder of its own; it borrows our Python environment."""

    def __init__(self, root):
        self.root = root
        shutil.copytree(
            ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("data")
        )
        shutil.copytree(ROOT / "requirements", root / "requirements")
        shutil.copy(ROOT / "dev", root / "dev")
        self._lend_venv(root / ".dev" / "venv")
        for addon in paths.ADDONS:
            (root / addon).mkdir()
            shutil.copy(ROOT / addon / "__manifest__.py", root / addon)

    @staticmethod
    def _lend_venv(venv):
        venv.mkdir(parents=True)
        for name in ("bin", "lib", "pyvenv.cfg"):
            (venv / name).symlink_to(Path(sys.prefix) / name)
        (venv / "installed").write_text(python_env.fingerprint())

    def environment(self, **extra):
        """Return the variables of a newcomer: nothing set, an empty home."""
        kept = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.root / "home"),
        }
        return {**kept, **extra}

    def dev(self, *arguments, user=None, python=sys.executable, **extra):
        """Run `./dev` and return the finished process."""
        return subprocess.run(
            [python, self.root / "dev", *arguments],
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            user=user,
            check=False,
        )

    def start(self, code, **options):
        """Start a Python program that imports the launcher's modules."""
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )


@pytest.fixture
def checkout(tmp_path):
    """Return a :class:`Checkout`."""
    return Checkout(tmp_path)
