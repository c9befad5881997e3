"""wkhtmltopdf, with which Odoo prints PDF, unpacked into `.dev/` without root.

It is a comfort, never a condition: where it cannot be had, printed pages open as HTML and
one sentence says why. The machine's own wkhtmltopdf wins. Debian carried the program until
*bookworm*; apt-get tells which of the libraries it needs are missing on this machine, and
those are unpacked beside it. Where no font of this machine knows Chinese, one is added.

Debian's build has no page header and footer of its own (its Qt is not patched): for
production take the build of wkhtmltopdf.org.
"""

import os
import shlex
import shutil
import time

from . import debian, disk, paths, processes
from .errors import DevError, from_os_error
from .progress import MEGABYTE, Step, say

PROGRAM = "wkhtmltopdf"
FONT = "fonts-wqy-microhei"
NEED = 250 * MEGABYTE
#: After a failure the next try is at the earliest this much later: a start stays quick.
PATIENCE_SECONDS = 24 * 3600
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{folder}/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
</fontconfig>
"""


def folder():
    """Return the folder of the unpacked packages."""
    return paths.DEV / "pdf"


def programs():
    """Return the folders to put on PATH: ours, when it is complete."""
    found = folder() / "bin"
    return [str(found)] if (found / PROGRAM).exists() else []


def available():
    """Tell whether Odoo will find a wkhtmltopdf."""
    return bool(shutil.which(PROGRAM) or programs())


def ensure():
    """Fetch what is missing for PDF; a failure is said in one sentence, never raised."""
    if available() or not debian.available() or _failed_lately():
        return
    try:
        _fetch()
        _mark().unlink(missing_ok=True)
    except (DevError, OSError) as error:
        reason = from_os_error(error) if isinstance(error, OSError) else error
        _mark().touch()
        say(f"     no wkhtmltopdf, printed pages open as HTML: {reason}")


def _mark():
    return paths.make(paths.STATE) / "pdf.failed"


def _failed_lately():
    try:
        return time.time() - _mark().stat().st_mtime < PATIENCE_SECONDS
    except OSError:
        return False


def _fetch():
    if disk.free_bytes(paths.DEV) < NEED:
        raise DevError("there is not enough disk space for it.")
    apt = debian.Apt(paths.DEV / "apt-pdf", paths.LOG / "pdf.log")
    with Step("wkhtmltopdf from Debian") as step:
        apt.configure(debian.sources(debian.OLD_SUITE))
        apt.update(step)
        names = apt.needed(PROGRAM) + ([] if _knows_chinese() else [FONT])
        archives = apt.download(names, paths.DOWNLOAD / "pdf", step)
        debian.unpack(archives, folder(), apt.log, step)
        write_wrapper()
    shutil.rmtree(paths.DOWNLOAD / "pdf", ignore_errors=True)
    shutil.rmtree(apt.folder, ignore_errors=True)


def _knows_chinese():
    """Tell whether a font of this machine has Chinese signs."""
    return bool(
        shutil.which("fc-list") and processes.output(["fc-list", ":lang=zh", "file"])
    )


def write_wrapper():
    """Write the program that Odoo calls, and see that it starts.

    It tells the real one where its libraries and fonts are, and that there is no screen.
    """
    root = folder()
    libraries = {
        p.parent for p in root.glob("**/lib*.so.*") if "plugins" not in p.parts
    }
    fonts = root / "fonts.conf"
    fonts.write_text(FONTS.format(folder=root, cache=paths.CACHE / "fonts"))
    variables = {
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, sorted(libraries))),
        "QT_PLUGIN_PATH": next(iter(root.glob("usr/lib/*/qt5/plugins")), ""),
        "QT_QPA_PLATFORM": "offscreen",
        "FONTCONFIG_FILE": fonts,
    }
    lines = [f"export {name}={shlex.quote(str(v))}" for name, v in variables.items()]
    program = root / "usr" / "bin" / PROGRAM
    partial = paths.make(root / "bin") / f"{PROGRAM}.partial"
    text = "\n".join(["#!/bin/sh", *lines, f'exec {shlex.quote(str(program))} "$@"'])
    partial.write_text(text + "\n")
    partial.chmod(0o755)
    if processes.output([partial, "--version"]) is None:
        raise DevError("Debian's program does not start on this machine.")
    partial.rename(root / "bin" / PROGRAM)
