"""Where Odoo 19 comes from: `ODOO_SOURCE`, an importable one, Debian's package, git."""

import importlib.util
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from . import debian, paths, processes
from .errors import DevError
from .progress import Step, say, size

RELEASE = "19.0"
DIST_PACKAGES = "usr/lib/python3/dist-packages"
GIT_URL = "https://github.com/odoo/odoo.git"
VERSION = re.compile(r"^version_info\s*=\s*\(([^,]+),\s*([^,]+),", re.MULTILINE)


class Source(NamedTuple):
    """An Odoo that can be used: the folder for PYTHONPATH and where it came from."""

    path: Path
    origin: str

    @property
    def addons(self):
        """Folders of Odoo's own addons that its command line does not find by itself."""
        return [f for f in (self.path / "addons",) if (f / "web").is_dir()]


def release_of(path):
    """Return the release (`19.0`) of the Odoo whose package lies in `path`, else None."""
    try:
        text = (path / "odoo" / "release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    found = VERSION.search(text)
    return ".".join(part.strip(" '\"") for part in found.groups()) if found else None


def from_variable():
    """Use the Odoo at `ODOO_SOURCE`; one that does not fit is an error, never skipped."""
    value = os.environ.get("ODOO_SOURCE")
    if not value:
        return None
    path = Path(value).expanduser().resolve()
    if not path.is_dir():
        raise DevError(
            f"ODOO_SOURCE={value} is not a folder: "
            "set it to the folder of an Odoo 19.0 checkout, or unset it."
        )
    if (path / "release.py").is_file() and path.name == "odoo":
        path = path.parent
    release = release_of(path)
    if release is None:
        raise DevError(
            f"ODOO_SOURCE={value} holds no Odoo (odoo/release.py is missing): "
            "set it to the folder of an Odoo 19.0 checkout, or unset it."
        )
    if release != RELEASE:
        raise DevError(
            f"ODOO_SOURCE={value} is Odoo {release}, these addons need {RELEASE}: "
            f"check out the branch {RELEASE} there, or unset ODOO_SOURCE."
        )
    return Source(path, f"ODOO_SOURCE={value}")


def from_import():
    """Use the `odoo` this Python could import, when it is of the right release.

    It is linked into a folder of its own: beside it may lie other packages of that Python,
    which must not come before those of our lock file.
    """
    try:
        spec = importlib.util.find_spec("odoo")
    except (ImportError, ValueError):
        return None
    for location in (spec.submodule_search_locations or []) if spec else []:
        package = Path(location).resolve()
        release = release_of(package.parent)
        if package.name == "odoo" and release == RELEASE:
            return Source(_link(package), f"the importable one in {package.parent}")
        if release:
            say(f"     Odoo {release} in {package.parent} is not {RELEASE}: not used")
    return None


def _link(package):
    folder = paths.make(paths.ODOO / "importable")
    for name in ("odoo", "addons"):
        link, target = folder / name, package.parent / name
        if link.is_symlink():
            link.unlink()
        if name == "odoo" or (target / "web").is_dir():
            link.symlink_to(target)
    return folder


def from_git():
    """Use a clone of the public repository, or of `ODOO_GIT_URL`."""
    url = os.environ.get("ODOO_GIT_URL", GIT_URL)
    folder = paths.ODOO / "git"
    note = paths.ODOO / "git.url"
    if release_of(folder) != RELEASE or not note.exists() or note.read_text() != url:
        _clone(url, folder)
        note.write_text(url)
    release = release_of(folder)
    if release != RELEASE:
        raise DevError(
            f"The branch {RELEASE} of {url} holds no Odoo {RELEASE}: correct ODOO_GIT_URL."
        )
    return Source(folder, f"git clone of {url}")


def _clone(url, folder):
    if not shutil.which("git"):
        raise DevError(
            "There is no Odoo 19.0 on this machine and no way to fetch it: install `git`, "
            "or set ODOO_SOURCE to the folder of an Odoo 19.0 checkout."
        )
    partial = paths.make(paths.ODOO) / "git.partial"
    for old in (partial, folder):
        shutil.rmtree(old, ignore_errors=True)
    with Step(f"Odoo {RELEASE} from git") as step:
        processes.check(
            ["git", "clone", "--depth", "1", "--branch", RELEASE, url, partial],
            paths.LOG / "odoo-source.log",
            f"Odoo {RELEASE} could not be cloned from {url}: check ODOO_GIT_URL and the network.",
            step=step,
            measure=lambda: size(paths.folder_size(partial)),
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
    partial.rename(folder)


def from_debian():
    """Use Debian's package, where this machine's package mirror has one."""
    folder = paths.ODOO / "debian"
    path = folder / DIST_PACKAGES
    if release_of(path) != RELEASE:
        if not debian.available():
            return None
        debian.fetch(folder)
    return Source(path, "Debian's package odoo-19")


def fetched():
    """Tell whether an Odoo was fetched into `.dev/` before."""
    return any(
        release_of(path) == RELEASE
        for path in (paths.ODOO / "git", paths.ODOO / "debian" / DIST_PACKAGES)
    )


def local():
    """Return an Odoo this machine already has: `ODOO_SOURCE`, an importable one, or None."""
    return from_variable() or from_import()


def fetch():
    """Return an Odoo fetched into `.dev/`.

    A git URL that was set by hand goes before Debian's package.
    """
    found = None if os.environ.get("ODOO_GIT_URL") else from_debian()
    return found or from_git()
