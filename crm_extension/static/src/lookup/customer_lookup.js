import { Component, useExternalListener, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { LookupModel } from "./lookup_model";
import { LookupPanel } from "./lookup_panel";

/** Lines of a document that name products, by the field they stand in. */
const LINE_FIELDS = ["order_line", "line_ids"];

/**
 * `<widget name="customer_lookup"/>`: everything about the customer beside the document.
 *
 * A tab at the edge of the window (a round button under the thumb on a phone) opens the
 * panel; it stays open or closed from one document to the next. It follows the customer
 * and the products of the form, also before they are saved.
 */
export class CustomerLookup extends Component {
    static template = "crm_extension.CustomerLookup";
    static components = { LookupPanel };
    static props = { ...standardWidgetProps };

    setup() {
        this.ui = useService("ui");
        this.toggleButton = useRef("toggle");
        this.state = useState({ isOpen: this.remembered });
        this.model = useState(new LookupModel(useService("orm")));
        useHotkey("alt+shift+k", () => this.toggle(), {
            bypassEditableProtection: true,
        });
        useRecordObserver((record) => {
            this.model.follow(this.read(record), this.state.isOpen);
        });
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
    }

    /** A sheet over the whole phone is opened on purpose only. */
    get remembered() {
        return !this.ui.isSmall && Boolean(user.settings?.crm_lookup_open);
    }

    /** A dialog has no room for it. */
    get isShown() {
        return !this.env.inDialog && Boolean(this.model.partnerId);
    }

    get label() {
        return _t("Customer look-up");
    }

    /** The customer, and the products that stand on the document. */
    read(record) {
        const { data, resModel, resId } = record;
        const lines = LINE_FIELDS.flatMap((name) => data[name]?.records || []);
        const products = lines.map((line) => line.data.product_id?.id);
        return {
            partnerId: data.partner_id?.id || false,
            productIds: [...new Set(products.filter(Boolean))],
            orderId: (resModel === "sale.order" && resId) || false,
        };
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
        if (this.state.isOpen) {
            this.model.load();
        }
        if (!this.ui.isSmall) {
            user.setUserSettings("crm_lookup_open", this.state.isOpen);
        }
    }

    close() {
        this.toggle();
        this.toggleButton.el?.focus();
    }

    /** Escape closes the sheet on a phone; on a desk it belongs to the form. */
    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.isOpen && this.ui.isSmall) {
            this.close();
        }
    }
}

registry.category("view_widgets").add("customer_lookup", {
    component: CustomerLookup,
    fieldDependencies: [{ name: "partner_id", type: "many2one" }],
});
