import { Component, onWillDestroy, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { keyOf, loaderOf } from "./price_history_loader";
import { PriceHistoryPopover } from "./price_history_popover";
import { PriceSpark } from "./price_spark";
import { formatPrice, trendLabel } from "./price_format";

const HOVER_DELAY = 300;

/**
 * The last price of a line and its trend. Pointing at it, or Enter, shows the last ten
 * sales and quotations; on a phone a tap shows them in a sheet.
 */
export class PriceHistoryField extends Component {
    static template = "crm_extension.PriceHistoryField";
    static components = { PriceSpark };
    static props = { ...standardFieldProps };

    setup() {
        this.ui = useService("ui");
        this.button = useRef("button");
        // A line may go while others wait for the answer: no component's own service.
        this.loader = loaderOf(this.props.record.model, this.env.services.orm);
        this.answers = useState(this.loader.answers);
        this.popover = usePopover(PriceHistoryPopover, {
            position: "left-middle",
            popoverClass: "o_price_history_popover",
            useBottomSheet: this.ui.isSmall,
            onClose: () => this.leave(),
        });
        this.timer = null;
        useRecordObserver((record) => {
            const question = record.data[this.props.name];
            if (question) {
                this.loader.ask(question);
            }
        });
        onWillDestroy(() => clearTimeout(this.timer));
    }

    get question() {
        return this.props.record.data[this.props.name];
    }

    /** Undefined while it is asked, null when it cannot be known. */
    get facts() {
        return this.question && this.answers[keyOf(this.question)];
    }

    get last() {
        return this.facts?.last;
    }

    get price() {
        return formatPrice(this.last.price);
    }

    get isQuoted() {
        return this.last.kind === "quoted";
    }

    get title() {
        return trendLabel(this.facts);
    }

    get emptyTitle() {
        return _t("Never sold or quoted to this customer");
    }

    // The card with the last ten

    enter() {
        if (!this.ui.isSmall && !this.popover.isOpen) {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.open(), HOVER_DELAY);
        }
    }

    leave() {
        clearTimeout(this.timer);
    }

    open() {
        clearTimeout(this.timer);
        if (this.popover.isOpen || !this.button.el) {
            return;
        }
        this.popover.open(this.button.el, {
            question: this.question,
            facts: this.facts,
            onUse: this.canUse ? (deal) => this.use(deal) : undefined,
        });
    }

    /** Rows of a list are read-only until they are clicked: the order decides. */
    get canUse() {
        const { state, qty_invoiced } = this.props.record.data;
        return ["draft", "sent"].includes(state) && !qty_invoiced;
    }

    /** Take over a past price with its discount. */
    use(deal) {
        const { record } = this.props;
        const values = { price_unit: deal.price_unit };
        if ("discount" in record.activeFields) {
            values.discount = deal.discount;
        } else {
            values.price_unit = deal.price;
        }
        return record.update(values);
    }
}

registry.category("fields").add("crm_price_history", {
    component: PriceHistoryField,
    supportedTypes: ["json"],
    listViewWidth: [96, 120],
});
