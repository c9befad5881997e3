"""The company itself: name, currency, chart of accounts."""

from ..report import LoadError

NAME = "Northwind Traders"
CURRENCY = "USD"
CHART = "generic_coa"


def load(load) -> None:
    """Name the main company and give it a chart of accounts, once."""
    session, env = load.session, load.env
    if session.has("company", "main"):
        return
    company = session.company
    _use_currency(env, company)
    silent = {"stock_text_confirmation": False}  # a demo texts no customer
    company.write({"name": NAME, "country_id": env.ref("base.us").id, **silent})
    _load_chart(env, company)
    session.register("company", [("main", company)])
    load.report.progress("company", 1, 1, f"{NAME}, {CURRENCY}")


def _load_chart(env, company) -> None:
    """Load the chart of accounts; each line of a document is rounded by itself.

    Without that the total of an order is the rounded sum of unrounded lines, and
    not the sum of what is printed on its lines.
    """
    if not company.chart_template:
        env["account.chart.template"].try_loading(
            CHART, company=company, install_demo=False
        )
    company.tax_calculation_rounding_method = "round_per_line"


def _use_currency(env, company) -> None:
    currency = env.ref(f"base.{CURRENCY}")
    currency.active = True
    if company.currency_id == currency:
        return
    if env["account.move.line"].search_count(
        [("company_id", "=", company.id)], limit=1
    ):
        raise LoadError(
            f"{company.name} has entries in {company.currency_id.name}; the files are "
            f"in {CURRENCY}: load them into an empty database."
        )
    company.currency_id = currency
