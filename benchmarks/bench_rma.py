"""A returned unit from request to shipment home, many at once and one by one."""

from unittest.mock import patch

from odoo.tools import SQL

from . import fixtures, peer_rma, rma_flows
from .runner import best

NAME = "rma"
GOAL = (
    "A batch of returns with serial, verdict, repair and history costs less than core's"
    " return wizard, repair order and return of the return, and than the published"
    " returns addons, which have no serial, no verdict and no repair."
)
UNITS = 200
FEW = 20
ROWS = 100_000
PAGE = 80


def run(env, scale):
    """Compare the whole way of a batch of units: ours, core's and the peer's."""
    units, few = max(4, int(UNITS * scale)), max(4, int(FEW * scale))
    peer = peer_rma.measure(units, few)
    env = fixtures.quiet(env)
    env.company.rma_quote_first = False
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    return [
        *_batches(env, warehouse, units, peer),
        *_singly(env, warehouse, few, peer),
        *_credits(env, warehouse, few, peer),
        *_messages(env, warehouse, few),
        *_postings(env, warehouse, few),
        *_plain_deliveries(env, warehouse, few),
        *_first_page(env, warehouse, max(1000, int(ROWS * scale))),
    ]


# -----------------------------------------------------------------------------
# What is measured
# -----------------------------------------------------------------------------


def _batches(env, warehouse, units, peer):
    back_ms, back_queries = rma_flows.cost(
        env, rma_flows.round_trip, rma_flows.deliver(env, warehouse, units, "A")
    )
    ours_ms, ours_queries = rma_flows.cost(
        env, rma_flows.with_repair, rma_flows.deliver(env, warehouse, units, "B")
    )
    core_ms, core_queries = rma_flows.cost(
        env, rma_flows.core_with_repair, rma_flows.deliver(env, warehouse, units, "C")
    )
    return [
        _absolute(
            f"{units} units, in and out, queries per unit",
            back_queries / units,
            60,
            peer.get("batch_queries"),
        ),
        {
            "name": f"{units} units, in and out, CPU per unit",
            "value": back_ms / units,
            "unit": "ms",
            "peer": peer.get("batch_ms"),
            "goal": 0.9,
        },
        _absolute(
            f"{units} units, with repair, queries per unit",
            ours_queries / units,
            100,
            core_queries / units,
        ),
        {
            "name": f"{units} units, with repair, CPU per unit",
            "value": ours_ms / units,
            "unit": "ms",
            "peer": core_ms / units,
            "goal": 0.61,
        },
    ]


def _singly(env, warehouse, few, peer):
    goods = rma_flows.deliver(env, warehouse, few, "D")
    _ms, queries = rma_flows.cost(env, rma_flows.one_by_one, goods)
    goods = rma_flows.deliver(env, warehouse, few, "J")
    _ms, core = rma_flows.cost(env, rma_flows.core_one_by_one, goods)
    return [
        _absolute(
            "one by one, with repair, queries per unit (peer: core)",
            queries / few,
            250,
            core / few,
        ),
        {
            "name": "one by one, with repair, beside the addons that have none",
            "value": queries / few,
            "unit": "queries",
            "peer": peer.get("single_queries"),
        },
    ]


def _messages(env, warehouse, few):
    """What it costs to tell customers that their units arrived."""
    env = env(context={**env.context, "tracking_disable": False})
    costs = []
    for prefix, told in (("U", True), ("K", False), ("L", True), ("M", False)):
        env.company.rma_notices = told
        goods = rma_flows.deliver(env, warehouse, few, prefix)
        goods.partner_id.email = "bench@example.com"
        rmas = rma_flows.request(env, goods)
        rmas.action_approve()
        work = rma_flows.cost(
            env, lambda _env, _goods, r=rmas: r.action_receive(), goods
        )
        costs.append(work)
        letters = [("res_model", "=", "crm.rma"), ("res_id", "in", rmas.ids)]
        assert bool(env["crm.outbox"].search_count(letters)) == told
    (told_ms, told), (silent_ms, silent) = costs[2:]  # the first two are warming up
    return [
        {
            "name": "receive, with a message to each customer, queries per unit",
            "value": told / few,
            "unit": "queries",
            "limit": silent / few,
        },
        {
            "name": "receive, with a message to each customer, CPU per unit",
            "value": told_ms / few,
            "unit": "ms",
            "limit": silent_ms / few,
        },
    ]


def _postings(env, warehouse, few):
    """What posting invoices costs because units are sent in advance."""
    from odoo.addons.crm_rma.models.account_move_advance import AccountMove

    def core(self, soft=True):
        return super(AccountMove, self)._post(soft)

    def posted(prefix):
        goods = rma_flows.deliver(env, warehouse, few, prefix)
        invoices = goods.sale_id._create_invoices()
        return rma_flows.cost(env, lambda _env, _goods: invoices.action_post(), goods)

    posted("V")
    _ms, ours = posted("W")
    with patch.object(AccountMove, "_post", core):
        _ms, raw = posted("X")
    return [
        {
            "name": f"posting {few} invoices at once, queries",
            "value": ours,
            "unit": "queries",
            "limit": raw,
            "holds": ours <= raw + 1,
        }
    ]


def _credits(env, warehouse, few, peer):
    warehouse._rma_taken_location()  # made once, not once per unit
    goods = rma_flows.invoiced(env, rma_flows.deliver(env, warehouse, few, "E"))
    rmas = rma_flows.request(env, goods)
    rmas.action_approve()
    rmas.action_receive()
    _ms, queries = rma_flows.cost(
        env, lambda _env, _goods: rma_flows.credit(rmas), goods
    )
    assert len(rmas.credit_move_ids) == few
    return [
        _absolute(
            "credit notes, the goods taken over, queries per unit (peer: notes only)",
            queries / few,
            12,
            peer.get("credit_queries"),
        )
    ]


def _plain_deliveries(env, warehouse, few):
    """What goods without a warranty cost because returns are installed: nothing."""
    from odoo.addons.crm_rma.models.stock_move import StockMove

    def core(self, cancel_backorder=False):
        return super(StockMove, self)._action_done(cancel_backorder=cancel_backorder)

    env.company.warranty_term_id = False
    mine = rma_flows.ready(env, warehouse, few, "F")
    theirs = rma_flows.ready(env, warehouse, few, "G")
    # Making them empties the caches of the worker, which a delivery does not.
    first = rma_flows.ready(env, warehouse, 1, "N")
    rma_flows.cost(env, rma_flows.validate, first)
    _ms, ours = rma_flows.cost(env, rma_flows.validate, mine)
    with patch.object(StockMove, "_action_done", core):
        _ms, raw = rma_flows.cost(env, rma_flows.validate, theirs)
    return [
        {
            "name": "delivery without a warranty, queries per unit",
            "value": ours / few,
            "unit": "queries",
            "limit": raw / few,
            "goal": 1.0,
        }
    ]


def _first_page(env, warehouse, rows):
    """The first page of the list of open RMAs."""
    rma = rma_flows.request(env, rma_flows.deliver(env, warehouse, 1, "H"))
    changes = {
        "name": SQL("'BENCH/' || g"),
        "date_reported": SQL("seed.date_reported - (g %% 900)::int"),
        "reference_id": SQL("NULL"),
    }
    fixtures.multiply(env, rma, rows, changes)
    env.cr.execute("ANALYZE crm_rma")
    fields = {"name": {}, "partner_id": {"fields": {"display_name": {}}}, "state": {}}
    fields |= dict.fromkeys(("date_reported", "age", "warranty_status"), {})

    def page():
        env.invalidate_all()
        env["crm.rma"].web_search_read(
            [("is_open", "=", True)], fields, limit=PAGE, count_limit=10_001
        )

    order = env["crm.rma"]._order
    value = best(page)
    return [
        {
            "name": f"first page of {rows:,} RMAs ({order})",
            "value": value,
            "unit": "ms",
            "holds": value <= 30,
        }
    ]


def _absolute(name, value, most, peer):
    """A row whose goal is a number of queries, which is the same on every machine."""
    return {
        "name": f"{name} (at most {most})",
        "value": value,
        "unit": "queries",
        "peer": peer,
        "holds": value <= most,
    }
