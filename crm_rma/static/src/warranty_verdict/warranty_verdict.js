import { Component, useState } from "@odoo/owl";
import { WarrantyBar } from "./warranty_bar";

/** What a screen shows of a verdict: the answer, the picture, the reasons, the law. */
export class WarrantyVerdict extends Component {
    static template = "crm_rma.WarrantyVerdict";
    static components = { WarrantyBar };
    static props = {
        view: Object,
        showUnit: { type: Boolean, optional: true },
        folded: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({ law: !this.props.folded, rights: false });
    }

    get openRights() {
        return this.props.view.rights.filter((right) => right.open);
    }

    get otherRights() {
        return this.props.view.rights.filter((right) => !right.open);
    }
}
