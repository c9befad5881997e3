import {
    Component,
    onWillDestroy,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
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
import { undoAdd } from "./quote_undo";

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
        const model = QuoteModel.create(this.orm, orderId || false);
        model.onTaken = () => this.fold();
        this.model = useState(model);
        this.state = useState({ tab: "paste", failed: "" });
        this.tabs = [
            { name: "paste", label: _t("Paste") },
            { name: "old", label: _t("From old quotes") },
            { name: "basket", label: _t("Usual basket") },
        ];
        useQuoteKeys(this);
        useExternalListener(window, "beforeunload", () => this.model.saveDraft());
        onWillStart(() => this.open());
        onWillDestroy(() => this.model.close());
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

    get marginText() {
        const { margin } = this.totals;
        return margin === null ? "" : _t("margin %s %", margin);
    }

    get leftOutText() {
        return _t("Left out: %s", this.model.leftOut.length);
    }

    get emptyTitle() {
        return this.ui.isSmall
            ? _t("Copy lines from a table, a mail or a chat and paste them above.")
            : _t(
                  "Copy lines from a spreadsheet, a mail or a chat and paste them here with Ctrl+V."
              );
    }

    get emptyText() {
        return _t(
            "A code, barcode, the customer's own code or a name; quantity; and, if you like, price, discount and unit. In any order."
        );
    }

    get openCount() {
        return this.model.openRows.length;
    }

    get openLabel() {
        return this.openCount === 1
            ? _t("1 row to solve")
            : _t("%s rows to solve", this.openCount);
    }

    /** On a phone the rows have the screen: a second tap folds the sources. */
    openTab(name) {
        const isFolding = this.ui.isSmall && this.state.tab === name;
        this.state.tab = isFolding ? "" : name;
    }

    fold() {
        if (this.ui.isSmall) {
            this.state.tab = "";
        }
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
        const { services } = this.env;
        const { orderId } = this.model;
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
                              undoAdd(services, orderId, batch);
                          },
                      },
                  ]
                : [],
        });
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
