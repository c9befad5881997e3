{
    "name": "Customer Analytics",
    "summary": "Revenue, margin and service cost by customer and month, with last year beside it",
    "version": "19.0.1.1.0",
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
        "security/crm_analytics_rules.xml",
        "security/crm_analytics_fact_rules.xml",
        "security/ir.model.access.csv",
        "data/digest_data.xml",
        "views/crm_analytics_compare_views.xml",
        "views/crm_analytics_source_views.xml",
        "views/crm_customer_report_month_views.xml",
        "views/digest_digest_views.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
        "views/menus.xml",
        "data/dashboards.xml",
        "data/crm_analytics_data.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_analytics/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "crm_analytics/static/tests/**/*.test.js",
        ],
        "web.assets_tests": [
            "crm_analytics/static/tests/tours/**/*",
        ],
    },
}
