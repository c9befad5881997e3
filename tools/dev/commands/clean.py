"""`./dev clean`: gives disk space back."""

import shutil

from .. import paths, postgres
from ..progress import say, size
from . import stop


def add_arguments(parser):
    """Describe the options of `./dev clean`."""
    parser.add_argument(
        "--all",
        action="store_true",
        help="also remove Odoo, the Python environment and downloads (the whole `.dev`)",
    )


def main(options):
    """Stop everything, then remove databases and logs, or the whole folder."""
    if not paths.DEV.exists():
        say("     nothing to remove")
        return 0
    stop.main(options)
    folders = [paths.DEV] if options.all else data_folders()
    before = paths.folder_size(paths.DEV)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=not options.all)
    shutil.rmtree(postgres.socket_folder(), ignore_errors=True)
    after = paths.folder_size(paths.DEV) if paths.DEV.exists() else 0
    say(f"     {size(before - after)} removed from {paths.shown(paths.DEV)}")
    return 0


def data_folders():
    """Return what holds data: databases, files, notes and logs."""
    return [paths.POSTGRES, paths.DATA, paths.STATE, paths.LOG, paths.RUN]
