import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { QuoteRow } from "./quote_row";

/** The rows: a table on a desk, cards on a phone. */
export class QuoteTable extends Component {
    static template = "crm_extension.QuoteTable";
    static components = { QuoteRow };
    static props = { model: Object };

    setup() {
        this.ui = useState(useService("ui"));
        this.notification = useService("notification");
        this.model = useState(this.props.model);
        this.table = useRef("table");
        // The current row is in sight, whoever moved to it.
        useEffect(
            (current) => {
                const row = this.table.el?.querySelector(`[data-key="${current}"]`);
                row?.scrollIntoView({ block: "nearest" });
            },
            () => [this.model.current]
        );
    }

    get shows() {
        return this.model.config.shows;
    }

    get columns() {
        return this.model.config.columns;
    }

    /** Arrows move between the same fields of the rows, as in a spreadsheet. */
    onKeydown(ev) {
        const by = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        const field = ev.target.dataset?.field;
        if (!by || !field || ev.altKey || ev.target.tagName === "SELECT") {
            return;
        }
        ev.preventDefault();
        const fields = [...this.table.el.querySelectorAll(`[data-field="${field}"]`)];
        const next = fields[fields.indexOf(ev.target) + by];
        next?.focus();
        next?.select?.();
    }

    remove(row) {
        const removed = this.model.remove(row);
        const close = this.notification.add(_t("Row removed."), {
            type: "info",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        close();
                        this.model.restore(removed);
                    },
                },
            ],
        });
    }
}
