"""Run in Odoo's shell on a template: make the bundles that Odoo makes before its tests."""

env["ir.qweb"]._pregenerate_assets_bundles()  # noqa: F821 - the shell gives `env`
env.cr.commit()  # noqa: F821
