#: Models whose files go with the addon.
FILE_MODELS = [
    "crm.interaction",
    "crm.contract",
    "crm.contract.version",
    "crm.sales.document.variant",
]


def uninstall_hook(env):
    """Leave nothing behind that Odoo does not remove with the models: settings that
    were saved, and files that belong to records of ours only."""
    params = env["ir.config_parameter"].search([("key", "=like", "crm_extension.%")])
    params.unlink()
    # Contracts hold their files and kinds, which Odoo would try to delete before them;
    # past the guards of the model, which keep what was signed.
    env.flush_all()
    env.cr.execute("DELETE FROM crm_contract")
    env.invalidate_all()
    files = env["ir.attachment"].search([("res_model", "in", FILE_MODELS)])
    files.unlink()
