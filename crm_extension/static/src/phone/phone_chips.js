import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { dialHref } from "./dial";

/** The numbers beside the main one, each to tap: for the head of a form. */
export class PhoneChips extends Component {
    static template = "crm_extension.PhoneChips";
    static props = { ...standardFieldProps };

    get chips() {
        const rows = this.props.record.data[this.props.name].records.slice(1);
        return rows.map((row) => ({
            id: row.id,
            number: row.data.number,
            href: row.data.tel ? dialHref(row.data.tel) : false,
            kind:
                row.data.kind !== "other" &&
                row.fields.kind.selection.find(([key]) => key === row.data.kind)?.[1],
            note: row.data.note,
        }));
    }
}

registry.category("fields").add("phone_chips", {
    component: PhoneChips,
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "number", type: "char" },
        { name: "tel", type: "char", readonly: true },
        {
            name: "kind",
            type: "selection",
            selection: [],
        },
        { name: "note", type: "char" },
    ],
});
