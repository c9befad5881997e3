"""Where things lie: everything the launcher makes is inside `.dev/` of the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ("crm_extension", "crm_rma", "crm_analytics")
LOCK_FILE = ROOT / "requirements" / "dev.txt"

DEV = ROOT / ".dev"
VENV = DEV / "venv"
ODOO = DEV / "odoo"
POSTGRES = DEV / "postgres"
DATA = DEV / "data"
FILESTORE = DATA / "filestore"
LOG = DEV / "log"
RUN = DEV / "run"
STATE = DEV / "state"
CACHE = DEV / "cache"
APT = DEV / "apt"
DOWNLOAD = DEV / "download"


def make(*folders):
    """Create the given folders inside `.dev/` and return the first one."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return folders[0]


def shown(path):
    """Return the path as a person types it: relative to where they stand."""
    try:
        return os.path.relpath(path, Path.cwd())
    except (OSError, ValueError):
        return str(path)


def folder_size(folder):
    """Return the bytes of all files below `folder`, those that vanish left out."""
    total = 0
    pending = [folder]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
