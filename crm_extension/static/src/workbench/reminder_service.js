import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { debounce } from "@web/core/utils/timing";
import { isQuiet } from "./workbench_utils";

const { DateTime } = luxon;
const HOUR = 3600000;
const LATE = { minutes: 2 };
const SNOOZE_MINUTES = 10;

/**
 * A to-do with a time pops up at that time, wherever the user is in Odoo.
 *
 * One small call when Odoo is opened, when a to-do of the user changes and every hour;
 * in between timers of the browser wait. Quiet hours are kept.
 */
export const workbenchReminderService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, services) {
        if (!session.crm_workbench) {
            return null;
        }
        const reminder = new Reminder(services);
        const later = debounce(() => reminder.load(), 1500);
        services.bus_service.subscribe("crm_workbench_changed", later);
        services.bus_service.start();
        browser.setInterval(later, HOUR);
        later();
        return reminder;
    },
};

export class Reminder {
    constructor({ action, notification, orm }) {
        Object.assign(this, { action, notification, orm });
        this.timers = [];
        this.shown = new Set();
    }

    async load() {
        const answer = await this.orm.silent.call("crm.workbench", "reminders", []);
        this.timers.forEach((timer) => browser.clearTimeout(timer));
        this.timers = answer.todos.map((todo) => this.wait(todo, answer));
    }

    wait(todo, settings) {
        const at = deserializeDateTime(todo.at);
        const pause = Math.max(0, at.diff(DateTime.local()).milliseconds);
        return browser.setTimeout(() => this.show(todo, at, settings), pause);
    }

    /** Each time of each to-do is shown once, unless the hours are quiet. */
    show(todo, at, settings) {
        const key = `${todo.id},${todo.at}`;
        const isLate = at.plus(LATE) < DateTime.local();
        if (this.shown.has(key) || isLate || isQuiet(settings)) {
            return;
        }
        this.shown.add(key);
        const time = at.toLocaleString(DateTime.TIME_SIMPLE);
        const close = this.notification.add(todo.what, {
            title: [time, todo.name].filter(Boolean).join(" · "),
            type: "warning",
            sticky: true,
            buttons: [
                {
                    name: _t("Details"),
                    primary: true,
                    onClick: () => {
                        close();
                        return this.open(todo);
                    },
                },
                {
                    name: _t("In 10 minutes"),
                    onClick: () => {
                        close();
                        return this.snooze(todo);
                    },
                },
            ],
        });
    }

    open(todo) {
        if (!todo.model) {
            return this.action.doAction("crm_extension.crm_workbench_action");
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: todo.model,
            res_id: todo.res_id,
            views: [[false, "form"]],
        });
    }

    snooze(todo) {
        const at = DateTime.utc().plus({ minutes: SNOOZE_MINUTES });
        const row = { model: "mail.activity", res_id: todo.id };
        const until = at.toFormat("yyyy-MM-dd HH:mm:ss");
        return this.orm.call("crm.workbench", "snooze", [[row], false, until]);
    }
}

registry.category("services").add("crm_workbench_reminder", workbenchReminderService);
