import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { formatDay, formatQuantity } from "../price_history/price_format";

const YEARS = 8;

/** Old quotations as a tree: tick whole ones or single lines, of several at once. */
export class QuoteOld extends Component {
    static template = "crm_extension.QuoteOld";
    static props = { model: Object };

    setup() {
        this.model = useState(this.props.model);
        this.ui = useService("ui");
        this.formatDay = formatDay;
        this.formatQuantity = formatQuantity;
        this.state = useState({
            orders: [],
            cursor: false,
            loading: true,
            filters: { whose: "customer", search: "", product: "", year: false },
            ticked: {},
            open: {},
        });
        const now = luxon.DateTime.now().year;
        this.years = Array.from({ length: YEARS }, (_none, index) => now - index);
        this.loadLater = debounce(() => this.load(), 300);
        onWillStart(() => this.load());
    }

    async load() {
        const { filters } = this.state;
        this.state.loading = true;
        const page = await this.model.call("quote_old", [{ ...filters }]);
        Object.assign(this.state, { ...page, loading: false });
        const [first] = page.orders;
        if (first) {
            this.state.open[first.id] = true;
        }
    }

    async loadMore() {
        const { filters, cursor } = this.state;
        const page = await this.model.call("quote_old", [{ ...filters }, cursor]);
        this.state.orders.push(...page.orders);
        this.state.cursor = page.cursor;
    }

    setFilter(name, value) {
        this.state.filters[name] = value;
        this.loadLater();
    }

    toggle(order) {
        this.state.open[order.id] = !this.state.open[order.id];
    }

    // Ticking

    get tickedIds() {
        return Object.keys(this.state.ticked)
            .filter((id) => this.state.ticked[id])
            .map(Number);
    }

    get takeLabel() {
        const { length } = this.tickedIds;
        return length === 1 ? _t("Take 1 line") : _t("Take %s lines", length);
    }

    available(order) {
        return order.lines.filter((line) => line.available);
    }

    /** All, some or none of the lines of a quotation. */
    tickOf(order) {
        const lines = this.available(order);
        const count = lines.filter((line) => this.state.ticked[line.id]).length;
        return { checked: count > 0 && count === lines.length, some: count > 0 };
    }

    tickOrder(order, checked) {
        for (const line of this.available(order)) {
            this.state.ticked[line.id] = checked;
        }
    }

    tickLine(line, checked) {
        this.state.ticked[line.id] = checked;
    }

    async take() {
        await this.model.takeLines(this.tickedIds);
        this.state.ticked = {};
    }
}
