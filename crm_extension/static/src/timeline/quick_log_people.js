import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";

const SHOWN = 4;

/** With whom: the first one chosen was spoken to, the others took part. */
export class QuickLogPeople extends Component {
    static template = "crm_extension.QuickLogPeople";
    static components = { Dropdown, DropdownItem };
    static props = { people: Array, contacts: Array, ownId: { type: Number } };

    setup() {
        this.people = useState(this.props.people);
    }

    /** Chosen people first, so that nobody hides in the menu. */
    get shown() {
        const others = this.candidates.filter((c) => !this.isChosen(c));
        const chosen = this.candidates.filter((c) => this.isChosen(c));
        return [...chosen, ...others.slice(0, Math.max(SHOWN - chosen.length, 0))];
    }

    get hidden() {
        const shown = new Set(this.shown.map((contact) => contact.id));
        return this.candidates.filter((contact) => !shown.has(contact.id));
    }

    /** On a person's card that person is meant without saying so. */
    get candidates() {
        return this.props.contacts.filter((contact) => contact.id !== this.props.ownId);
    }

    isChosen(contact) {
        return this.people.includes(contact.id);
    }

    toggle(contact) {
        const { people } = this;
        const index = people.indexOf(contact.id);
        if (index >= 0) {
            people.splice(index, 1);
        } else {
            people.push(contact.id);
        }
    }
}
