import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { QuoteBasket } from "./quote_basket";
import { useQuoteKeys } from "./quote_keys";
import { QuoteModel } from "./quote_model";
import { QuoteOld } from "./quote_old";
import { QuotePaste } from "./quote_paste";
import { QuoteTable } from "./quote_table";

/**
 * Fast quotation: where rows come from on the left, what they mean on the right, and
 * nothing written before "Add N lines".
 */
export class QuotePage extends Component {
    static template = "crm_extension.QuotePage";
    static components = { Layout, QuoteBasket, QuoteOld, QuotePaste, QuoteTable };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Fast Entry");
    static path = "fast-quotation";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useState(useService("ui"));
        this.root = useRef("root");
        this.display = { controlPanel: {} };
        const { resId, action } = this.props;
        const orderId = resId || action.params?.order_id || action.context?.active_id;
        this.model = useState(QuoteModel.create(this.orm, orderId || false));
        this.state = useState({ tab: "paste", failed: "" });
        this.tabs = [
            { name: "paste", label: _t("Paste") },
            { name: "old", label: _t("From old quotes") },
            { name: "basket", label: _t("Usual basket") },
        ];
        useQuoteKeys(this);
        useExternalListener(window, "beforeunload", () => this.model.saveDraft());
        onWillStart(() => this.open());
    }

    async open() {
        try {
            await this.model.open();
        } catch (error) {
            if (!error.data) {
                throw error;
            }
            this.state.failed = error.data.message;
            return;
        }
        this.props.updateActionState?.({ resId: this.model.orderId });
        const { name } = this.model.config.order;
        this.env.config.setDisplayName(_t("Fast entry: %s", name));
    }

    get order() {
        return this.model.config.order;
    }

    get totals() {
        const { count, total, margin } = this.model.totals;
        return {
            count,
            margin,
            total: formatMonetary(total, { currencyId: this.order.currency_id }),
        };
    }

    get addLabel() {
        const { length } = this.model.ready;
        return length === 1 ? _t("Add 1 line") : _t("Add %s lines", length);
    }

    get openCount() {
        return this.model.openRows.length;
    }

    get openLabel() {
        return this.openCount === 1
            ? _t("1 row to solve")
            : _t("%s rows to solve", this.openCount);
    }

    openTab(name) {
        this.state.tab = name;
    }

    setMode(name) {
        this.model.setMode(name);
    }

    /** The first row that waits for somebody. */
    goToOpen() {
        this.model.current = this.model.openRows[0]?.key ?? null;
    }

    // Writing

    async add() {
        if (this.model.busy || !this.model.ready.length) {
            return;
        }
        await this.model.loadFacts();
        const { batch, count } = await this.model.add();
        this.tell(count, batch);
        if (!this.model.rows.length) {
            await this.back();
        }
    }

    tell(count, batch) {
        const left = this.model.rows.length;
        const added = count === 1 ? _t("1 line added.") : _t("%s lines added.", count);
        const rest = left ? _t(" %s rows are left to solve.", left) : "";
        const close = this.notification.add(`${added}${rest}`, {
            type: left ? "warning" : "success",
            sticky: Boolean(left),
            autocloseDelay: 15000,
            buttons: batch
                ? [
                      {
                          name: _t("Undo"),
                          onClick: () => {
                              close();
                              this.undo(batch);
                          },
                      },
                  ]
                : [],
        });
    }

    /** Works after the page is left, too: from the quotation below it. */
    async undo(batch) {
        const { orm, action, notification, model } = this;
        const count = await orm.call("crm.quote", "quote_undo", [model.orderId, batch]);
        notification.add(
            count === 1 ? _t("1 line taken back.") : _t("%s lines taken back.", count),
            { type: "info" }
        );
        if (action.currentController?.action.tag !== "crm_extension.quote") {
            await action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
        }
    }

    back() {
        const { breadcrumbs } = this.env.config;
        if (breadcrumbs?.length > 1) {
            return this.env.config.historyBack();
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: this.model.orderId,
            views: [[false, "form"]],
        });
    }

    askClear() {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Remove all rows from this page? The quotation stays as it is."),
            confirmLabel: _t("Remove"),
            confirm: () => this.model.clear(),
            cancel: () => {},
        });
    }

    openQuotations() {
        return this.action.doAction("sale.action_quotations_with_onboarding");
    }
}

registry.category("actions").add("crm_extension.quote", QuotePage);
