import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { CHANNELS, dueState, formatDue } from "@crm_extension/timeline/timeline_utils";
import { CustomerPoolLine } from "./customer_pool_line";

const { DateTime } = luxon;

const STATE_LABELS = { customer: _t("Customer"), prospect: _t("Prospect") };

/** "today", "yesterday", "12 days ago": whole days, as people count them. */
export function daysAgo(value, now = DateTime.local()) {
    const day = deserializeDateTime(value).startOf("day");
    return day.toRelativeCalendar({ base: now, unit: relativeUnit(day, now) });
}

function relativeUnit(day, now) {
    const days = Math.abs(now.startOf("day").diff(day, "days").days);
    return days < 60 ? "days" : days < 730 ? "months" : "years";
}

/** Who is it, when did we speak, what is next. */
export class CustomerHeader extends Component {
    static template = "crm_extension.CustomerHeader";
    static components = { CustomerPoolLine, Dropdown, DropdownItem };
    static props = {
        page: Object,
        phases: Array,
        onLevel: Function,
        onOpen: Function,
        onPool: Function,
        onScroll: Function,
    };

    get header() {
        return this.props.page.header;
    }

    get image() {
        return `/web/image/res.partner/${this.props.page.id}/avatar_128`;
    }

    get stateLabel() {
        return STATE_LABELS[this.header.state];
    }

    /** What the level stands for. */
    get levelTitle() {
        return this.header.level?.service || _t("Level of the customer");
    }

    /** "12 days ago, call, Nancy" */
    get lastContact() {
        const { last_contact: last } = this.header;
        const channel = last.channel && CHANNELS[last.channel].label.toString();
        return [daysAgo(last.date), channel, last.user].filter(Boolean).join(" · ");
    }

    get lastContactFull() {
        const date = deserializeDateTime(this.header.last_contact.date);
        return date.toLocaleString(DateTime.DATETIME_MED);
    }

    /** Longer silent than the rhythm of the level asks for. */
    get isSilent() {
        const { last_contact: last, level } = this.header;
        if (!last || !level?.rhythm_days) {
            return false;
        }
        const days = DateTime.local().diff(deserializeDateTime(last.date), "days").days;
        return days > level.rhythm_days;
    }

    get nextDue() {
        return formatDue(this.header.next_step);
    }

    get nextState() {
        return dueState(this.header.next_step);
    }

    get nextDay() {
        return deserializeDate(this.header.next_step.date_deadline).toLocaleString(
            DateTime.DATE_MED
        );
    }
}
