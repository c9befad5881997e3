import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { dueState, formatDue, openDocument } from "./timeline_utils";

/** One open to-do or planned meeting: what comes next. */
export class TimelineTodo extends Component {
    static template = "crm_extension.TimelineTodo";
    static props = {
        todo: Object,
        customer: { type: [String, Boolean], optional: true },
        onDone: Function,
        onChanged: Function,
        isFinishing: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
    }

    get due() {
        return formatDue(this.props.todo);
    }

    /** Enter on the row itself; its buttons keep their own Enter. */
    onKeydown(ev) {
        if (ev.target === ev.currentTarget && ev.key === "Enter") {
            ev.preventDefault();
            this.open();
        }
    }

    /** With whom, when it is not just the customer whose history this is. */
    get contact() {
        const { contact } = this.props.todo;
        return contact === this.props.customer ? false : contact;
    }

    get state() {
        return dueState(this.props.todo);
    }

    openDocument() {
        return openDocument(this.action, this.props.todo.document);
    }

    open() {
        if (this.props.todo.kind === "meeting") {
            const { id } = this.props.todo;
            return openDocument(this.action, { model: "calendar.event", id });
        }
        return this.edit();
    }

    edit() {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: this.props.todo.type,
                res_model: "mail.activity",
                res_id: this.props.todo.id,
                views: [[false, "form"]],
                target: "new",
            },
            { onClose: () => this.props.onChanged() }
        );
    }
}
