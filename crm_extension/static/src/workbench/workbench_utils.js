import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatDue } from "../timeline/timeline_utils";

const { DateTime } = luxon;

/** Counts stop at 100. */
export function formatCount(count) {
    return count >= 100 ? "99+" : String(count);
}

/** One row of a bucket, whatever it is about. */
export function rowKey(row) {
    return `${row.model},${row.res_id}`;
}

/** What the server wants to know of a row. */
export function rowRef(row) {
    return { model: row.model, res_id: row.res_id };
}

/** When a row is due, in words: "14:30", "3 days overdue", "Sat 14 Jun". */
export function formatRowWhen(row, now = DateTime.local()) {
    if (row.at) {
        const at = deserializeDateTime(row.at);
        if (at.hasSame(now, "day")) {
            return at.toLocaleString(DateTime.TIME_SIMPLE);
        }
    }
    if (!row.date) {
        return "";
    }
    if (row.activity_id) {
        return formatDue({ date_deadline: row.date, deadline_at: row.at }, now);
    }
    return formatDay(deserializeDate(row.date), now);
}

/** "today", "yesterday", "12 days ago", else the day. */
export function formatDay(day, now = DateTime.local()) {
    const days = Math.round(now.startOf("day").diff(day.startOf("day"), "days").days);
    if (days === 0) {
        return _t("Today");
    }
    if (days === 1) {
        return _t("Yesterday");
    }
    if (days === -1) {
        return _t("Tomorrow");
    }
    if (days > 1) {
        return _t("%s days ago", days);
    }
    return day.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
}

export function formatLastDay(last) {
    return formatDay(deserializeDateTime(last.date));
}

/** True while somebody wants to be left alone: from 20 to 8, over midnight or not. */
export function isQuiet({ quiet_from: from, quiet_to: to }, now = DateTime.local()) {
    if (from === false || to === false || from === to) {
        return false;
    }
    const hour = now.hour;
    return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Digits and the plus sign: what `tel:` understands. */
export function telephone(phone) {
    return `tel:${phone.replace(/[^\d+#*,;]/g, "")}`;
}

/** Open what a row is about; a customer is seen whole. */
export function openRecord(action, { model, id }) {
    if (model === "res.partner") {
        return action.doAction("crm_extension.crm_customer_360_action", {
            additionalContext: { active_id: id },
        });
    }
    return action.doAction({
        type: "ir.actions.act_window",
        res_model: model,
        res_id: id,
        views: [[false, "form"]],
    });
}
