import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { groupBy } from "@web/core/utils/arrays";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** `{{customer.name}}` */
export function placeholderText(name) {
    return `{{${name}}}`;
}

/**
 * `<widget name="contract_placeholders"/>`: the placeholders of a template, by what they
 * are about. A click copies one, to be pasted into the text.
 */
export class ContractPlaceholders extends Component {
    static template = "crm_extension.ContractPlaceholders";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ search: "" });
        this.all = [];
        onWillStart(async () => {
            this.all = await this.orm.call("crm.contract.template", "placeholders", []);
        });
    }

    text(placeholder) {
        return placeholderText(placeholder.name);
    }

    /** Groups with the placeholders that match what was typed. */
    get groups() {
        const words = this.state.search.trim().toLowerCase();
        const found = this.all.filter(({ name, label }) =>
            `${name} ${label}`.toLowerCase().includes(words)
        );
        return Object.entries(groupBy(found, (placeholder) => placeholder.group));
    }

    async copy(placeholder) {
        const text = placeholderText(placeholder.name);
        await browser.navigator.clipboard.writeText(text);
        this.notification.add(_t("Copied: %s", text), { type: "success" });
    }
}

registry.category("view_widgets").add("contract_placeholders", {
    component: ContractPlaceholders,
});
