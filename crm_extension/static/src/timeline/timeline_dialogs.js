import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { useAutofocus } from "@web/core/utils/hooks";
import { KEYS } from "./timeline_keys";

const { DateTime } = luxon;

/** Take a row out of the history: only with a reason. */
export class TimelineArchiveDialog extends Component {
    static template = "crm_extension.TimelineArchiveDialog";
    static components = { Dialog };
    static props = { close: Function, confirm: Function, title: String };

    setup() {
        useAutofocus({ refName: "reason" });
        this.state = useState({ reason: "", busy: false });
    }

    get isReady() {
        return Boolean(this.state.reason.trim()) && !this.state.busy;
    }

    async confirm() {
        this.state.busy = true;
        try {
            await this.props.confirm(this.state.reason.trim());
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** It happened at another time. */
export class TimelineMoveDialog extends Component {
    static template = "crm_extension.TimelineMoveDialog";
    static components = { DateTimeInput, Dialog };
    static props = { close: Function, confirm: Function, row: Object };

    setup() {
        const date = deserializeDateTime(this.props.row.date);
        this.state = useState({ date, reason: "", busy: false });
    }

    get now() {
        return DateTime.local();
    }

    /** Once the author's time is over the change needs a reason. */
    get isReady() {
        const { date, reason, busy } = this.state;
        return Boolean(date) && !busy && (!this.props.row.late || reason.trim());
    }

    async confirm() {
        this.state.busy = true;
        try {
            const { date, reason } = this.state;
            await this.props.confirm(serializeDateTime(date), reason.trim());
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** All keys of the timeline. */
export class TimelineHelpDialog extends Component {
    static template = "crm_extension.TimelineHelpDialog";
    static components = { Dialog };
    static props = { close: Function };

    keys = KEYS;
}
