import { Component, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { CHANNELS, formatDue, openDocument } from "../timeline/timeline_utils";

/** The panel itself: beside the form on a desk, a sheet from below on a phone. */
export class LookupPanel extends Component {
    static template = "crm_extension.LookupPanel";
    static props = { model: Object, onClose: Function };

    setup() {
        this.ui = useService("ui");
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ openQuote: false });
        if (this.ui.isSmall) {
            useAutofocus({ refName: "close" });
        }
    }

    get data() {
        return this.props.model.data;
    }

    get header() {
        return this.data.header;
    }

    /** "12 days ago, Call, Nancy" */
    get lastContact() {
        const last = this.header.last_contact;
        if (!last) {
            return "";
        }
        const when = deserializeDateTime(last.date).toRelative();
        const channel = CHANNELS[last.channel]?.label.toString();
        return [when, channel, last.user].filter(Boolean).join(" · ");
    }

    get nextStep() {
        const todo = this.header.next_step;
        return todo
            ? [formatDue(todo), todo.summary || todo.type].filter(Boolean).join(" · ")
            : "";
    }

    /** The customer's own numbers; people have theirs beside their name. */
    get phones() {
        return this.header.phones.filter((phone) => !phone.who);
    }

    day(value) {
        const date = deserializeDateTime(value);
        return date.toLocaleString({ day: "numeric", month: "short", year: "numeric" });
    }

    quantity(line) {
        const digits = Number.isInteger(line.quantity) ? 0 : 2;
        return `${formatFloat(line.quantity, { digits: [16, digits] })} ${line.unit || ""}`;
    }

    /** A quotation says more than a sale only when it is newer. */
    prices(product) {
        const { sold, quoted } = product;
        const isNewer = quoted && (!sold || quoted.date > sold.date);
        return [
            ...(sold ? [{ kind: "sold", ...sold }] : []),
            ...(isNewer ? [{ kind: "quoted", ...quoted }] : []),
        ];
    }

    toggleQuote(quote) {
        this.state.openQuote = this.state.openQuote === quote.id ? false : quote.id;
    }

    open(model, id) {
        return openDocument(this.action, { model, id });
    }

    openCustomer() {
        return this.open("res.partner", this.data.id);
    }

    openGroup(group) {
        return this.action.doAction(group.action);
    }

    async quoteAgain(quote) {
        const method = "action_open_quote_again";
        const action = await this.orm.call("sale.order", method, [[quote.id]]);
        return this.action.doAction(action);
    }
}
