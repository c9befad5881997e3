import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { openDocument } from "../timeline/timeline_utils";
import { PriceSpark } from "./price_spark";
import {
    KINDS,
    formatDay,
    formatPrice,
    formatQuantity,
    trendLabel,
} from "./price_format";

/**
 * The last ten sales and quotations of a product: to this customer, or to all whose
 * prices the user may see.
 */
export class PriceHistoryPopover extends Component {
    static template = "crm_extension.PriceHistoryPopover";
    static components = { PriceSpark };
    static props = {
        question: Object,
        facts: Object,
        onUse: { type: Function, optional: true },
        close: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.formatDay = formatDay;
        this.formatPrice = formatPrice;
        this.formatQuantity = formatQuantity;
        this.state = useState({ scope: "customer", rows: null });
        onWillStart(() => this.load("customer"));
    }

    get label() {
        return trendLabel(this.props.facts);
    }

    get useTitle() {
        return _t("Take this price");
    }

    kind(row) {
        return KINDS[row.kind].toString();
    }

    async load(scope) {
        const { partner_id, product_id, uom_id, currency_id, order_id } =
            this.props.question;
        this.state.rows = await this.orm.silent.call(
            "crm.price.history",
            "history_detail",
            [partner_id, product_id],
            { uom_id, currency_id, order_id, scope }
        );
        this.state.scope = scope;
    }

    open(row) {
        this.props.close?.();
        return openDocument(this.action, { model: row.model, id: row.id });
    }

    canUse(row) {
        return this.props.onUse && row.price !== false;
    }

    use(row) {
        this.props.onUse(row);
        this.props.close?.();
    }
}
