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
    # a file of a contract does not go while its version stands; past the guards of
    # the model, which keep single versions
    env["crm.contract.version"].flush_model()
    env.cr.execute("DELETE FROM crm_contract_version")
    env.invalidate_all()
    files = env["ir.attachment"].search([("res_model", "in", FILE_MODELS)])
    files.unlink()
