import { Component, useState } from "@odoo/owl";
import { WorkbenchPreview } from "./workbench_preview";

/** The bottom sheet of a phone: done, call, put off, and who it is about. */
export class WorkbenchSheet extends Component {
    static template = "crm_extension.WorkbenchSheet";
    static components = { WorkbenchPreview };
    static props = {
        model: Object,
        row: Object,
        act: Function,
        openRecord: Function,
        close: { type: Function, optional: true },
    };

    setup() {
        this.state = useState(this.props.model.state);
    }

    /** The row has a number, or the customer it is about. */
    get canCall() {
        return Boolean(this.props.row.phone || this.state.preview?.phone);
    }
}
