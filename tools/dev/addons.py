"""Our addons as seen from outside Odoo: manifests, dependencies, fingerprints."""

import ast
import hashlib

from . import paths

#: What a database holds of an addon. Python and XML of tests, and files that browsers read
#: directly, can change without an upgrade.
SKIPPED = ("static", "tests", "__pycache__", "doc", "docs")
KINDS = (".py", ".xml", ".csv", ".po", ".sql", ".json")


def manifest(addon):
    """Return the manifest of one of our addons."""
    path = paths.ROOT / addon / "__manifest__.py"
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def dependencies():
    """Return the modules of Odoo that our addons build on, in order."""
    found = {name for addon in paths.ADDONS for name in manifest(addon)["depends"]}
    return sorted(found.difference(paths.ADDONS))


def fingerprint(addon):
    """Return a hash of everything of the addon that an upgrade would load."""
    digest = hashlib.sha256()
    folder = paths.ROOT / addon
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in KINDS and not set(parts) & set(SKIPPED) and path.is_file():
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def fingerprints():
    """Return {addon: hash} of all our addons."""
    return {addon: fingerprint(addon) for addon in paths.ADDONS}
