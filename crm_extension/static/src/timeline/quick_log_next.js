import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { quickDates } from "./timeline_utils";

/** The next step: kind, day by one click, time, what is to be done. */
export class QuickLogNext extends Component {
    static template = "crm_extension.QuickLogNext";
    static components = { DateTimeInput };
    static props = {
        next: Object,
        kinds: Array,
        defaultType: [Number, Boolean],
    };

    setup() {
        this.next = useState(this.props.next);
    }

    get quickDates() {
        return quickDates();
    }

    toggleType(kind) {
        const { next } = this;
        if (next.type === kind.id) {
            const nothing = { type: false, date: false, quick: "", time: "" };
            Object.assign(next, nothing, { summary: "" });
            return;
        }
        next.type = kind.id;
        if (!next.date) {
            this.setQuickDate(this.quickDates[1]);
        }
    }

    setQuickDate(quick) {
        this.setDate(quick.date);
        this.next.quick = quick.id;
    }

    setDate(date) {
        const { next } = this;
        Object.assign(next, { date, quick: "" });
        if (date && !next.type) {
            next.type = this.props.defaultType;
        }
    }
}
