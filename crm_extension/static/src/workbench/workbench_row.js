import { Component } from "@odoo/owl";
import { CHANNELS, dueState } from "../timeline/timeline_utils";
import { formatLastDay, formatRowWhen, rowKey, telephone } from "./workbench_utils";

/** One row: when, customer, level, what, last contact. */
export class WorkbenchRow extends Component {
    static template = "crm_extension.WorkbenchRow";
    static props = {
        row: Object,
        isSelected: Boolean,
        isChecked: Boolean,
        isSmall: Boolean,
        readonly: Boolean,
        onPick: Function,
        onOpen: Function,
        onToggle: Function,
        onDone: Function,
        onSnooze: Function,
        onCall: Function,
        onUrge: Function,
        onReassign: Function,
        onDragStart: Function,
        onDragEnd: Function,
    };

    get key() {
        return rowKey(this.props.row);
    }

    get name() {
        const { customer, name, document } = this.props.row;
        return customer?.name || name || document?.name || "";
    }

    get contact() {
        return this.props.row.contact?.name;
    }

    get when() {
        return formatRowWhen(this.props.row);
    }

    get isLate() {
        const { activity_id, date, at } = this.props.row;
        if (!activity_id || !date) {
            return false;
        }
        const state = date < luxon.DateTime.local().toISODate() ? "overdue" : "today";
        return dueState({ state, deadline_at: at }) === "overdue";
    }

    get last() {
        const { last } = this.props.row;
        if (!last) {
            return "";
        }
        const channel = CHANNELS[last.channel]?.label;
        const parts = [formatLastDay(last), channel, last.outcome, last.user];
        return parts.filter(Boolean).join(" · ");
    }

    get lastIcon() {
        return CHANNELS[this.props.row.last?.channel]?.icon;
    }

    get telephone() {
        return telephone(this.props.row.phone);
    }
}
