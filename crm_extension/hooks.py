def uninstall_hook(env):
    """Leave nothing behind that Odoo does not remove with the models: settings that
    were saved, and files that belong to interactions only."""
    params = env["ir.config_parameter"].search([("key", "=like", "crm_extension.%")])
    params.unlink()
    files = env["ir.attachment"].search([("res_model", "=", "crm.interaction")])
    files.unlink()
