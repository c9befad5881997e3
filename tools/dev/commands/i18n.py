"""`./dev i18n`: the translation files of the addons, brought up to date with the code."""

from pathlib import Path

from .. import odoo, paths, processes, python_env, stages, workshop
from ..errors import EXIT_FAILURE, DevError
from ..progress import Step, say

MERGE = Path(__file__).parents[1] / "merge_po.py"


def add_arguments(parser):
    """There is nothing to choose: terms are shared, so all three addons are written."""


def main(options):
    """Export the terms, keep what is translated; exit code 1 while a text is missing."""
    with workshop.opened() as databases:
        template = databases.addons()
        with stages.temporary_copy(databases, template, "i18n") as name:
            for addon in paths.ADDONS:
                export(databases, name, addon)
    return merge()


def export(databases, name, addon):
    """Write the template of one addon into its folder `i18n`."""
    with odoo.fresh_log("i18n") as log, Step(f"terms of {addon}") as step:
        processes.check(
            [
                *(python_env.python(), "-m", "odoo", "i18n", "export"),
                *("-c", databases.odoo.config, "-d", name, addon, "-l", "pot"),
            ],
            log,
            f"Odoo could not export the terms of {addon}; {paths.shown(log)} says why.",
            step=step,
            env=databases.odoo.environment(),
            cwd=paths.DEV,
        )


def merge():
    """Bring both languages up to date, print what is left to translate."""
    folders = [Path(addon) / "i18n" for addon in paths.ADDONS]
    text = processes.output([python_env.python(), MERGE, *folders], cwd=paths.ROOT)
    if text is None:
        raise DevError(
            "The translation files cannot be read: look for a conflict mark."
        )
    say(text.rstrip())
    return EXIT_FAILURE if "\n\t" in text else 0
