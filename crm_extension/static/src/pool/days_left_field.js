import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

/** The words for so many days until the last one: "12 days", "last day", "tonight". */
export function daysLeft(days) {
    if (days < 0) {
        return _t("tonight");
    }
    if (days === 0) {
        return _t("last day");
    }
    return days === 1 ? _t("1 day") : _t("%(count)s days", { count: days });
}

/** The days that are left until a date, as a number: red when fewer than three. */
export class DaysLeftField extends RemainingDaysField {
    static defaultProps = {
        classes: { bf: "days < 3", danger: "days < 3", warning: "days <= 7" },
    };

    get diffString() {
        return this.diffDays === null ? "" : daysLeft(this.diffDays);
    }
}

registry.category("fields").add("crm_days_left", {
    ...remainingDaysField,
    component: DaysLeftField,
    displayName: _t("Days Left"),
    supportedTypes: ["date"],
});
