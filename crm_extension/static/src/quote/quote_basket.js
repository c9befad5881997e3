import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPrice, formatQuantity } from "../price_history/price_format";
import { PriceSpark } from "../price_history/price_spark";

/** What the customer buys again and again; what is due stands on top. */
export class QuoteBasket extends Component {
    static template = "crm_extension.QuoteBasket";
    static components = { PriceSpark };
    static props = { model: Object };

    setup() {
        this.model = useState(this.props.model);
        this.formatPrice = formatPrice;
        this.formatQuantity = formatQuantity;
        this.state = useState({ rows: null, ticked: {} });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.rows = await this.model.call("quote_basket");
    }

    get dueRows() {
        return this.state.rows.filter((row) => row.is_due);
    }

    get tickedRows() {
        return this.state.rows.filter((row) => this.state.ticked[row.product.id]);
    }

    get takeLabel() {
        const { length } = this.tickedRows;
        return length === 1 ? _t("Take 1 line") : _t("Take %s lines", length);
    }

    get dueLabel() {
        return _t("Tick what is due (%s)", this.dueRows.length);
    }

    unit(row) {
        return row.product.units.find((unit) => unit.id === row.uom_id)?.name || "";
    }

    /** "every 30 days · due 3 days ago" */
    rhythm(row) {
        if (!row.rhythm) {
            return row.orders === 1
                ? _t("once, %s", row.last)
                : _t("%(count)s times, last %(date)s", {
                      count: row.orders,
                      date: row.last,
                  });
        }
        const every = _t("every %s days", row.rhythm);
        const due =
            row.due === null
                ? _t("last %s", row.last)
                : row.due < 0
                  ? _t("due %s days ago", -row.due)
                  : row.due === 0
                    ? _t("due today")
                    : _t("due in %s days", row.due);
        return `${every} · ${due}`;
    }

    tick(row, checked) {
        this.state.ticked[row.product.id] = checked;
    }

    tickDue() {
        for (const row of this.dueRows) {
            this.tick(row, true);
        }
    }

    take() {
        this.model.take(this.tickedRows.map((row) => ({ ...row })));
        this.model.sort();
        this.state.ticked = {};
    }
}
