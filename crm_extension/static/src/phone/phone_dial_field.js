import { registry } from "@web/core/registry";
import { phoneField } from "@web/views/fields/phone/phone_field";
import { Component } from "@odoo/owl";
import { useInputField } from "@web/views/fields/input_field_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { dialHref } from "./dial";

/** A number of `crm.phone.number`: tap to dial, a mark when it is not valid. */
export class PhoneDialField extends Component {
    static template = "crm_extension.PhoneDialField";
    static props = {
        ...standardFieldProps,
        placeholder: { type: String, optional: true },
    };

    setup() {
        useInputField({
            getValue: () => this.props.record.data[this.props.name] || "",
        });
    }

    get text() {
        return this.props.record.data[this.props.name];
    }

    get href() {
        const { tel } = this.props.record.data;
        return tel ? dialHref(tel) : false;
    }

    get status() {
        return this.props.record.data.status;
    }

    /** Why the number is not valid, and what was typed. */
    get title() {
        const { reason, raw } = this.props.record.data;
        const words = this.props.record.fields.reason?.selection.find(
            ([key]) => key === reason
        );
        return [words?.[1], raw].filter(Boolean).join(" · ");
    }
}

registry.category("fields").add("phone_dial", {
    ...phoneField,
    component: PhoneDialField,
    fieldDependencies: [
        { name: "tel", type: "char", readonly: true },
        { name: "status", type: "selection", readonly: true },
        { name: "reason", type: "selection", readonly: true },
        { name: "raw", type: "char", readonly: true },
    ],
});
