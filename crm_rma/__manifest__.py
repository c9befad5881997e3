{
    "name": "Warranty & Returns",
    "summary": "Warranty per serial, returns, repair and ship back; progress read from stock moves",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Loop contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "crm_extension",
        "sale_stock",
        "stock_account",
        "repair",
        "rating",
        "barcodes",
    ],
    "data": [
        "security/crm_rma_groups.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
