"""Odoo from Debian's package, unpacked into `.dev/` without root.

Debian carries `odoo-19` in its suite *sid*. `apt-get` works here with lists, cache and
sources of its own, made from the mirror this machine is configured for; nothing of the
machine changes, and every file is checked against Debian's signatures. The package links
to libraries and fonts of other packages: they are unpacked beside it.
"""

import os
import re
import shutil
from pathlib import Path

from . import paths, processes
from .download import Download
from .errors import DevError
from .progress import Step, say, size

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "sid"
#: The suite whose Font Awesome still is 4.7 (sid's holds none of the files Odoo links to)
#: and whose wkhtmltopdf still exists.
OLD_SUITE = "bookworm"
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-dejavu-core",
)
OLD_PACKAGES = ("fonts-font-awesome",)
ANY_URI = re.compile(r"^'([^']+)' (\S+) \d+", re.MULTILINE)
URI = re.compile(r"^'(https?:[^']+)' (\S+) (\d+) SHA256:(\w+)", re.MULTILINE)


def mirror():
    """Return (site, signing key) of the first Debian mirror `apt-get` is configured for."""
    listed = processes.output(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(CREATED_BY)|$(SITE)|$(RELEASE)|$(SIGNED_BY)",
        ]
    )
    for line in (listed or "").splitlines():
        kind, site, release, key = (line.split("|") + [""] * 4)[:4]
        if kind == "Packages" and "security" not in f"{site} {release}":
            return site, key if key.startswith("/") else ""
    return None


def available():
    """Tell whether this machine can fetch packages of Debian."""
    if not all(shutil.which(name) for name in ("apt-get", "dpkg-deb")):
        return False
    try:
        system = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return bool(re.search(r"^ID=\"?debian\"?$", system, re.MULTILINE) and mirror())


class Apt:
    """An `apt-get` with a state of its own in `folder`."""

    def __init__(self, folder=None, log=None):
        self.folder = folder = folder or paths.APT
        self.log = log or paths.LOG / "odoo-source.log"
        self.lists = folder / "lists"
        self.archives = folder / "cache" / "archives"

    def configure(self, sources):
        """Write the settings and the given `sources.list` lines."""
        paths.make(
            self.lists / "partial", self.archives / "partial", self.folder / "empty"
        )
        (self.folder / "sources.list").write_text("\n".join(sources) + "\n")
        (self.folder / "apt.conf").write_text(
            "#clear APT::Update::Pre-Invoke;\n"
            "#clear APT::Update::Post-Invoke;\n"
            "#clear APT::Update::Post-Invoke-Success;\n"
            f'Dir::State::Lists "{self.lists}";\n'
            f'Dir::Cache "{self.folder / "cache"}";\n'
            f'Dir::Etc::SourceList "{self.folder / "sources.list"}";\n'
            f'Dir::Etc::SourceParts "{self.folder / "empty"}";\n'
            f'Dir::Etc::Preferences "{self.folder / "none"}";\n'
            f'Dir::Etc::PreferencesParts "{self.folder / "empty"}";\n'
            'APT::Sandbox::User "";\n'
            'Acquire::Languages "none";\n'
            'Acquire::Retries "3";\n'
        )

    def environment(self):
        """Return the environment that makes apt-get read our settings last."""
        return {
            **os.environ,
            "APT_CONFIG": str(self.folder / "apt.conf"),
            "LC_ALL": "C",
        }

    def update(self, step=None):
        """Fetch the lists of packages."""
        processes.check(
            ["apt-get", "-q", "update", "--error-on=any"],
            self.log,
            "The list of Debian's packages could not be fetched: check the network and the "
            "mirror in the machine's apt sources, or set ODOO_SOURCE.",
            env=self.environment(),
            step=step,
            measure=lambda: size(paths.folder_size(self.lists)),
        )

    def wanted(self, packages, folder):
        """Return a :class:`Download` for each package, as the signed lists describe it."""
        listed = processes.output(
            ["apt-get", "-q", "download", "--print-uris", *packages],
            env=self.environment(),
        )
        if listed is None:
            raise DevError(
                f"This machine's Debian mirror does not offer {packages[0]}: set ODOO_SOURCE "
                "to an Odoo 19.0 checkout, or ODOO_GIT_URL to a repository of it."
            )
        proxies = self.proxies()
        return [
            Download(url, folder / name, int(count), sha256, proxies)
            for url, name, count, sha256 in URI.findall(listed)
        ]

    def needed(self, package):
        """Return the names of `package` and of what it needs and this machine lacks."""
        listed = processes.output(
            [
                *("apt-get", "-q", "-y", "install", "--print-uris"),
                *("--no-install-recommends", "--no-remove", package),
            ],
            env=self.environment(),
        )
        names = [
            name.split("_")[0] for _url, name, *_rest in ANY_URI.findall(listed or "")
        ]
        if package not in names:
            raise DevError(f"this machine's Debian mirror offers no fitting {package}.")
        return names

    def proxies(self):
        """Return the proxies that only apt-get knows."""
        found = {}
        for scheme in ("http", "https"):
            told = processes.output(
                ["apt-config", "shell", "P", f"Acquire::{scheme}::Proxy"]
            )
            if value := (told or "").strip().removeprefix("P=").strip("'"):
                found[scheme] = value
        return found

    def download(self, packages, folder, step=None):
        """Fetch packages into `folder`; a file that is half there is continued."""
        wanted = self.wanted(packages, folder)
        if len(wanted) < len(packages):
            return self._download_by_apt(packages, folder, step)
        total = sum(item.size for item in wanted)

        def show():
            if step:
                step.show(f"{size(sum(i.have for i in wanted))} of {size(total)}")

        for item in wanted:
            item.fetch(show)
        return [item.path for item in wanted]

    def _download_by_apt(self, packages, folder, step):
        """Fetch packages from a mirror that only apt-get can talk to (not http)."""
        paths.make(folder)
        processes.check(
            ["apt-get", "-q", "download", *packages],
            self.log,
            "Debian's packages could not be fetched: check the network and start again.",
            env=self.environment(),
            cwd=folder,
            step=step,
            measure=lambda: size(paths.folder_size(folder)),
        )
        return sorted(folder.glob("*.deb"))


def sources(*suites):
    """Return the lines of our `sources.list`, for both suites or the given ones."""
    site, key = mirror()
    key = key or (str(KEYRING) if KEYRING.exists() else "")
    option = f"[signed-by={key}] " if key else ""
    return [
        f"deb {option}{site} {suite} main" for suite in suites or (SUITE, OLD_SUITE)
    ]


def unpack(archives, folder, log, step=None):
    """Unpack the packages into one root, which appears only when it is complete."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    paths.make(partial)
    for number, archive in enumerate(archives, 1):
        processes.check(
            ["dpkg-deb", "-x", archive, partial],
            log,
            f"{archive.name} could not be unpacked: remove {archive.parent} and start again.",
            step=step,
            measure=lambda number=number: f"{number} of {len(archives)} packages",
        )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def pip_wheel():
    """Return pip's wheel file of Debian's package, for a Python that came without pip."""
    found = list(paths.DOWNLOAD.glob("usr/share/python-wheels/pip-*.whl"))
    if not found:
        apt = Apt(log=paths.LOG / "python.log")
        with Step("pip from Debian") as step:
            apt.configure(sources())
            apt.update(step)
            archives = apt.download(
                [f"python3-pip-whl/{OLD_SUITE}"], paths.DOWNLOAD, step
            )
            processes.check(
                ["dpkg-deb", "-x", archives[0], paths.DOWNLOAD],
                apt.log,
                "pip is damaged.",
            )
        found = list(paths.DOWNLOAD.glob("usr/share/python-wheels/pip-*.whl"))
    return found[0]


def fetch(folder):
    """Make Odoo of Debian's package appear in `folder`."""
    apt = Apt()
    with Step("Debian's list of packages") as step:
        apt.configure(sources())
        apt.update(step)
    wanted = [f"{name}/{SUITE}" for name in PACKAGES]
    wanted += [f"{name}/{OLD_SUITE}" for name in OLD_PACKAGES]
    with Step("Odoo 19.0 from Debian") as step:
        archives = apt.download(wanted, paths.DOWNLOAD, step)
    with Step("Odoo 19.0 unpacked") as step:
        unpack(archives, folder, apt.log, step)
    for path in archives:
        path.unlink()
    shutil.rmtree(paths.APT, ignore_errors=True)
    say(f"     Odoo lies in {paths.shown(folder)}")
