{
    "name": "Customer Analytics",
    "summary": "Revenue, margin and service cost by customer and month, with last year beside it",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Loop contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "crm_rma",
        "spreadsheet_dashboard",
        "digest",
        "mass_mailing",
    ],
    "data": [
        "security/crm_analytics_groups.xml",
    ],
}
