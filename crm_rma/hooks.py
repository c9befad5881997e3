"""Install and uninstall."""


def post_init_hook(env):
    """Give the warehouses that exist already their after-sales places."""
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._ensure_rma_setup()


def uninstall_hook(env):
    """Take away what was made for the warehouses.

    What history needs (a place that moves went through) cannot be deleted: it is
    archived and stays behind as an ordinary location.
    """
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._drop_rma_setup()
