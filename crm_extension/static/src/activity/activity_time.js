import { fields } from "@mail/core/common/record";
import { Activity } from "@mail/core/common/activity_model";
import { patch } from "@web/core/utils/patch";

const { DateTime } = luxon;

/** To-dos may have a time of day; the chatter and the popover show it. */
patch(Activity.prototype, {
    setup() {
        super.setup(...arguments);
        this.deadline_at = fields.Datetime();
    },
    get deadlineTime() {
        return this.deadline_at
            ? this.deadline_at.toLocaleString(DateTime.TIME_SIMPLE)
            : "";
    },
});
