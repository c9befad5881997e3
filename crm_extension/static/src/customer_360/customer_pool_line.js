import { Component, useState } from "@odoo/owl";

const TONES = {
    danger: "text-danger fw-bold",
    warning: "text-warning-emphasis",
    info: "",
    muted: "text-muted",
};

/** How long the customer stays with its salesperson, why, and what can be done. */
export class CustomerPoolLine extends Component {
    static template = "crm_extension.CustomerPoolLine";
    static props = {
        pool: Object,
        onAction: Function,
    };

    setup() {
        this.state = useState({ busy: false });
    }

    get tone() {
        return TONES[this.props.pool.tone];
    }

    /** One action at a time: a second click must not claim twice. */
    async act(name) {
        this.state.busy = true;
        try {
            await this.props.onAction(name);
        } finally {
            this.state.busy = false;
        }
    }
}
