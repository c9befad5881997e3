import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { ArrangeList } from "@crm_extension/arrange/arrange_list";

/** Which cards the user wants on the page of a customer, and in which order. */
export class CustomerArrangeDialog extends Component {
    static template = "crm_extension.CustomerArrangeDialog";
    static components = { ArrangeList, Dialog };
    static props = {
        // in the user's order, with `shown`; `delivered` is the order of the addons
        cards: Array,
        delivered: Array,
        onSave: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ cards: this.props.cards, busy: false });
        useHotkey("control+enter", () => this.save(), {
            bypassEditableProtection: true,
        });
    }

    reset() {
        this.state.cards = this.props.delivered.map((card) => ({
            ...card,
            shown: true,
        }));
    }

    async save() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onSave(this.state.cards);
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}
