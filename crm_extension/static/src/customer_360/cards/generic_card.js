import { Component } from "@odoo/owl";

/** What every card gets: the data of its section and how to open things. */
export const cardProps = {
    data: Object,
    customerId: Number,
    onOpen: Function,
};

/** Lines with a title, a second line, a value and a badge; a click opens the document. */
export class GenericCard extends Component {
    static template = "crm_extension.GenericCard";
    static props = cardProps;
}
