import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * What a person has open, kind by kind; a tap leaves a kind where it is.
 *
 * The field holds `[{name, title, icon, count, skipped}]`; the choice is written to
 * `skipped_kinds` beside it.
 */
export class HandoverInventory extends Component {
    static template = "crm_extension.HandoverInventory";
    static props = { ...standardFieldProps };

    get kinds() {
        return this.props.record.data[this.props.name] || [];
    }

    get sentence() {
        const moving = this.kinds.filter((kind) => !kind.skipped);
        const count = moving.reduce((sum, kind) => sum + kind.count, 0);
        return _t("%s records move.", count);
    }

    toggle(kind) {
        const skipped = this.props.record.data.skipped_kinds || [];
        const kept = skipped.filter((name) => name !== kind.name);
        return this.props.record.update({
            skipped_kinds: kind.skipped ? kept : [...kept, kind.name],
        });
    }
}

registry.category("fields").add("crm_handover_inventory", {
    component: HandoverInventory,
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "skipped_kinds", type: "json" }],
});
