import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { GenericCard } from "./generic_card";

/** Owl cards by the name that a section asks for; others are shown as plain lines. */
export const cardRegistry = registry.category("crm_customer_360_cards");

/** Frame of a card: title, folding, drag handle. */
export class CustomerCard extends Component {
    static template = "crm_extension.CustomerCard";
    static props = {
        section: Object,
        customerId: Number,
        onFold: Function,
        onOpen: Function,
    };

    get card() {
        return cardRegistry.get(this.props.section.card, GenericCard);
    }

    get isEmpty() {
        const { items, groups, balance } = this.props.section.data;
        return !items.length && !groups?.length && !balance?.length;
    }
}
