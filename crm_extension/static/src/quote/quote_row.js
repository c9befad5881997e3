import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { parseFloat } from "@web/views/fields/parsers";
import { usePopover } from "@web/core/popover/popover_hook";
import { useService } from "@web/core/utils/hooks";
import {
    formatDay,
    formatPrice,
    formatQuantity,
    trendLabel,
} from "../price_history/price_format";
import { PriceHistoryPopover } from "../price_history/price_history_popover";
import { PriceSpark } from "../price_history/price_spark";
import { QuoteCandidates } from "./quote_candidates";
import { changeOf, isUsable, marginOf } from "./quote_pricing";
import { MATCHES, remarksOf } from "./quote_texts";

const TONES = {
    danger: "text-danger",
    warning: "text-warning-emphasis",
    info: "text-muted",
};

/** One row: what was typed, what it means, and everything that helps to price it. */
export class QuoteRow extends Component {
    static template = "crm_extension.QuoteRow";
    static components = { PriceSpark, QuoteCandidates };
    static props = { model: Object, row: Object, place: Number, onRemove: Function };

    setup() {
        this.ui = useState(useService("ui"));
        this.model = useState(this.props.model);
        this.state = useState({ searching: false });
        this.formatDay = formatDay;
        this.formatPrice = formatPrice;
        this.formatQuantity = formatQuantity;
        this.popover = usePopover(PriceHistoryPopover, {
            position: "bottom-middle",
            popoverClass: "o_price_history_popover",
            useBottomSheet: this.ui.isSmall,
        });
    }

    get row() {
        return this.props.row;
    }

    get shows() {
        return this.model.config.shows;
    }

    get columns() {
        return this.model.config.columns;
    }

    get isCurrent() {
        return this.model.current === this.row.key;
    }

    get isOpen() {
        return !isUsable(this.row.product);
    }

    /** Candidates are offered where somebody must choose, or wants to. */
    get showsCandidates() {
        return this.isCurrent && (this.isOpen || this.state.searching);
    }

    get level() {
        return this.model.level(this.row);
    }

    get price() {
        return this.model.price(this.row);
    }

    get priceText() {
        const { price } = this.price;
        return price === null ? "" : formatPrice(price);
    }

    get discountText() {
        const { discount } = this.price;
        return discount ? formatPrice(discount) : "";
    }

    get quantityText() {
        return this.row.quantity ? formatQuantity(this.row.quantity) : "";
    }

    get history() {
        return this.row.facts?.history;
    }

    get last() {
        return this.history?.last;
    }

    get trendTitle() {
        return this.last ? trendLabel(this.history) : "";
    }

    get range() {
        const { low, high } = this.history;
        return low === high ? "" : `${formatPrice(low)} – ${formatPrice(high)}`;
    }

    get margin() {
        return marginOf(this.row, this.model.mode);
    }

    get marginText() {
        return this.margin === null ? "" : _t("margin %s %", this.margin);
    }

    get lastText() {
        return _t("last %s", formatPrice(this.last.price));
    }

    get listText() {
        return _t("list %s", formatPrice(this.row.facts.price));
    }

    get rhythmText() {
        return _t("every %s days", this.row.rhythm);
    }

    get marginClass() {
        return this.margin < 0 ? "text-danger" : "";
    }

    get changeClass() {
        const change = changeOf(this.row, this.model.mode);
        return change > 0 ? "o_quote_dearer" : change < 0 ? "o_quote_cheaper" : "";
    }

    get remarks() {
        const { row, model } = this;
        return remarksOf(row, model.mode, model.isTwice(row)).map((remark) => ({
            ...remark,
            class: TONES[remark.tone],
        }));
    }

    get candidatesText() {
        const { length } = this.row.candidates;
        return length === 1 ? _t("1 candidate") : _t("%s candidates", length);
    }

    get matchTitle() {
        return MATCHES[this.row.match]?.toString() || "";
    }

    get units() {
        return this.row.product?.units || [];
    }

    more(column) {
        const value = this.row.facts?.more[column.name];
        return value === undefined || value === false ? "" : formatQuantity(value);
    }

    isShort(column) {
        const value = this.row.facts?.more[column.name];
        return column.warns && typeof value === "number" && value < this.row.quantity;
    }

    // What people do

    select() {
        this.model.current = this.row.key;
    }

    toggleSearch() {
        this.select();
        this.state.searching = !this.state.searching;
    }

    choose(product) {
        this.state.searching = false;
        this.model.choose(this.row, product);
    }

    /** The number in a field, or what stood there before when it is none. */
    number(ev, before) {
        let value;
        try {
            value = parseFloat(ev.target.value);
        } catch {
            ev.target.value = before;
            return null;
        }
        return value;
    }

    onQuantity(ev) {
        const value = this.number(ev, this.quantityText);
        if (value !== null) {
            this.model.setQuantity(this.row, Math.max(0, value));
        }
    }

    onUnit(ev) {
        this.model.setUnit(this.row, Number(ev.target.value));
    }

    onPrice(ev) {
        const value = this.number(ev, this.priceText);
        if (value !== null && value >= 0) {
            this.model.setPrice(this.row, value);
        }
    }

    onDiscount(ev) {
        const value = ev.target.value.trim() ? this.number(ev, this.discountText) : 0;
        if (value !== null && value >= 0 && value <= 100) {
            this.model.setDiscount(this.row, value);
        }
    }

    openHistory(ev) {
        const { order } = this.model.config;
        this.popover.open(ev.currentTarget, {
            question: {
                partner_id: order.partner_id,
                currency_id: order.currency_id,
                order_id: order.id,
                product_id: this.row.product.id,
                uom_id: this.row.uom_id,
            },
            facts: this.history,
            onUse: (deal) => this.model.usePast(this.row, deal),
        });
    }
}
