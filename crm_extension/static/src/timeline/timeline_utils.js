import { _t } from "@web/core/l10n/translation";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** Icon and name of each channel; `out` and `in` say who started it. */
export const CHANNELS = {
    call: {
        icon: "fa-phone",
        label: _t("Call"),
        out: _t("Call out"),
        in: _t("Call in"),
    },
    visit: {
        icon: "fa-map-marker",
        label: _t("Visit"),
        out: _t("Visit"),
        in: _t("Visit at our place"),
    },
    meeting: {
        icon: "fa-users",
        label: _t("Meeting"),
        out: _t("Meeting"),
        in: _t("Meeting"),
    },
    email: {
        icon: "fa-envelope",
        label: _t("Email"),
        out: _t("Email sent"),
        in: _t("Email received"),
    },
    sms: {
        icon: "fa-mobile",
        label: _t("SMS"),
        out: _t("SMS sent"),
        in: _t("SMS received"),
    },
    chat: {
        icon: "fa-comments",
        label: _t("Chat"),
        out: _t("Chat"),
        in: _t("Chat message received"),
    },
    letter: {
        icon: "fa-file-text-o",
        label: _t("Letter"),
        out: _t("Letter sent"),
        in: _t("Letter received"),
    },
    note: { icon: "fa-sticky-note-o", label: _t("Note") },
    document: { icon: "fa-shopping-cart", label: _t("Document") },
    service: { icon: "fa-wrench", label: _t("Service") },
};

/** Documents with a picture of their own; the others have their channel's. */
const DOCUMENT_ICONS = {
    "stock.picking": "fa-truck",
    "account.move": "fa-file-text-o",
};

export function rowIcon(row) {
    return DOCUMENT_ICONS[row.document?.model] || CHANNELS[row.channel].icon;
}

/** Channels that people log by hand, in the order of the chips. */
export const LOGGED_CHANNELS = [
    "call",
    "visit",
    "meeting",
    "chat",
    "email",
    "letter",
    "note",
];

/** Filter chips: a few groups are quicker to read than ten channels. */
export const CHANNEL_GROUPS = [
    { id: "all", label: _t("All"), channels: [] },
    { id: "calls", label: _t("Calls"), icon: "fa-phone", channels: ["call"] },
    {
        id: "visits",
        label: _t("Visits"),
        icon: "fa-map-marker",
        channels: ["visit", "meeting"],
    },
    {
        id: "messages",
        label: _t("Messages"),
        icon: "fa-envelope",
        channels: ["email", "sms", "chat", "letter"],
    },
    { id: "notes", label: _t("Notes"), icon: "fa-sticky-note-o", channels: ["note"] },
    {
        id: "documents",
        label: _t("Documents"),
        icon: "fa-shopping-cart",
        channels: ["document", "service"],
    },
];

export const TONE_CLASS = {
    good: "o_timeline_tone_good",
    neutral: "o_timeline_tone_neutral",
    bad: "o_timeline_tone_bad",
};

/** "Call out", "Email received": the channel with its direction. */
export function channelSentence(row) {
    const channel = CHANNELS[row.channel];
    return (channel[row.direction] || channel.label).toString();
}

/** Days between the contact and its logging, 0 when typed the same day. */
export function daysLate(row) {
    if (row.origin !== "authored") {
        return 0;
    }
    const happened = deserializeDateTime(row.date).startOf("day");
    const logged = deserializeDateTime(row.create_date).startOf("day");
    return Math.max(0, Math.round(logged.diff(happened, "days").days));
}

/** Rows as groups: today first, then one group for each month. */
export function groupRows(rows, now = DateTime.local()) {
    const groups = [];
    for (const row of rows) {
        const date = deserializeDateTime(row.date);
        const isToday = date.hasSame(now, "day");
        const key = isToday ? "today" : date.toFormat("yyyy-MM");
        const last = groups[groups.length - 1];
        if (last?.key === key) {
            last.rows.push(row);
            continue;
        }
        const title = isToday
            ? _t("Today")
            : date.toLocaleString({ month: "long", year: "numeric" });
        groups.push({ key, title, rows: [row] });
    }
    return groups;
}

/** Time of a row: the hour today, day and hour before. */
export function formatWhen(value, now = DateTime.local()) {
    const date = deserializeDateTime(value);
    if (date.hasSame(now, "day")) {
        return date.toLocaleString(DateTime.TIME_SIMPLE);
    }
    const day = { weekday: "short", day: "numeric", month: "short" };
    return date.toLocaleString({ ...day, hour: "2-digit", minute: "2-digit" });
}

/** When a to-do is due, in words: "tomorrow 14:30", "3 days overdue". */
export function formatDue(todo, now = DateTime.local()) {
    const day = deserializeDate(todo.date_deadline);
    const days = Math.round(day.startOf("day").diff(now.startOf("day"), "days").days);
    const time = todo.deadline_at
        ? " " +
          deserializeDateTime(todo.deadline_at).toLocaleString(DateTime.TIME_SIMPLE)
        : "";
    if (days === 0) {
        return _t("Today") + time;
    }
    if (days === 1) {
        return _t("Tomorrow") + time;
    }
    if (days === -1) {
        return _t("Yesterday") + time;
    }
    if (days < 0) {
        return _t("%s days overdue", -days);
    }
    const format = { weekday: "short", day: "numeric", month: "short" };
    return day.toLocaleString(format) + time;
}

/** "overdue", "today" or "planned", by the minute when the time is known. */
export function dueState(todo, now = DateTime.local()) {
    if (todo.deadline_at && deserializeDateTime(todo.deadline_at) < now) {
        return "overdue";
    }
    return todo.state;
}

/** Quick dates of the next step. */
export function quickDates(now = DateTime.local()) {
    const today = now.startOf("day");
    const monday = today.plus({ days: 8 - today.weekday });
    return [
        { id: "today", label: _t("Today"), date: today },
        { id: "tomorrow", label: _t("Tomorrow"), date: today.plus({ days: 1 }) },
        { id: "three_days", label: _t("+3 days"), date: today.plus({ days: 3 }) },
        { id: "monday", label: _t("Monday"), date: monday },
        { id: "month", label: _t("+1 month"), date: today.plus({ months: 1 }) },
    ];
}

/** Open the document of a chip in its form. */
export function openDocument(action, { model, id }) {
    return action.doAction({
        type: "ir.actions.act_window",
        res_model: model,
        res_id: id,
        views: [[false, "form"]],
    });
}

/** The composer that answers a row, on the document where it was said. */
export function replyAction(row, document) {
    const isSms = row.channel === "sms";
    const context = isSms
        ? {
              default_res_model: document.model,
              default_res_id: document.id,
              default_composition_mode: "comment",
          }
        : {
              default_model: document.model,
              default_res_ids: [document.id],
              default_composition_mode: "comment",
              default_partner_ids: row.partner ? [row.partner.id] : [],
              default_subject: _t("Re: %s", row.headline || row.preview || ""),
          };
    return {
        type: "ir.actions.act_window",
        name: _t("Reply"),
        res_model: isSms ? "sms.composer" : "mail.compose.message",
        views: [[false, "form"]],
        target: "new",
        context,
    };
}
