import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { dueState, formatDue } from "./timeline_utils";

/** One open to-do: what comes next. */
export class TimelineTodo extends Component {
    static template = "crm_extension.TimelineTodo";
    static props = {
        todo: Object,
        customer: { type: String, optional: true },
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

    /** With whom, when it is not just the customer whose history this is. */
    get contact() {
        const { contact } = this.props.todo;
        return contact === this.props.customer ? false : contact;
    }

    get state() {
        return dueState(this.props.todo);
    }

    openDocument() {
        const { model, id } = this.props.todo.document;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    edit() {
        this.action.doAction(
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
