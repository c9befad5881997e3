"""Run in Odoo's shell on a new template: make the browser bundles complete.

Debian's Odoo names one file in mail's manifest and does not ship it (it blurs the
background of video calls). A page would report an error for it in the browser's console,
which fails every browser test. The entry is data of this local database only; no addon
carries it, and with an Odoo that has the file nothing is done.
"""

from odoo.tools import file_path

ABSENT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

try:
    file_path(ABSENT)
except FileNotFoundError:
    env["ir.asset"].create(  # noqa: F821 - the shell gives `env`
        {
            "name": "launcher: file absent in this Odoo",
            "bundle": "web.assets_backend",
            "path": ABSENT,
            "directive": "remove",
        }
    )
    env.cr.commit()  # noqa: F821
