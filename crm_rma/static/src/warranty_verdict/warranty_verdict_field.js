import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { WarrantyVerdict } from "./warranty_verdict";

/**
 * One verdict (`verdict_view`, `cover_view`), or those of all units of an RMA
 * (`verdict_views`).
 */
export class WarrantyVerdictField extends Component {
    static template = "crm_rma.WarrantyVerdictField";
    static components = { WarrantyVerdict };
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || {};
    }

    get verdicts() {
        const { verdicts, status } = this.value;
        return verdicts || (status ? [this.value] : []);
    }

    get showUnit() {
        return Boolean(this.value.verdicts);
    }

    get rest() {
        return this.value.rest || "";
    }
}

registry.category("fields").add("warranty_verdict", {
    component: WarrantyVerdictField,
    displayName: _t("Warranty Verdict"),
    supportedTypes: ["json"],
});
