import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { quickDates } from "../timeline/timeline_utils";

const { DateTime } = luxon;

/** Until when: a click for the usual days, or a day with a time. */
export class SnoozeMenu extends Component {
    static template = "crm_extension.WorkbenchSnoozeMenu";
    static components = { DateTimeInput };
    static props = {
        onChoose: Function,
        close: { type: Function, optional: true },
        hasTime: { type: Boolean, optional: true },
    };
    static defaultProps = { hasTime: true };

    setup() {
        this.state = useState({ date: false, time: "" });
    }

    get choices() {
        return quickDates().filter((quick) => quick.id !== "today");
    }

    get today() {
        return DateTime.local().startOf("day");
    }

    choose(date, time) {
        const [hour, minute] = (time || "").split(":").map(Number);
        this.props.close?.();
        return this.props.onChoose(
            time
                ? { at: serializeDateTime(date.set({ hour, minute })) }
                : { date: serializeDate(date) }
        );
    }

    confirm() {
        const { date, time } = this.state;
        if (date || time) {
            return this.choose(date || this.today, time);
        }
    }

    dayOf(quick) {
        return quick.date.toLocaleString({
            weekday: "short",
            day: "numeric",
            month: "short",
        });
    }
}
