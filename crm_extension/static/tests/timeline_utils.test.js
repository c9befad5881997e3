import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import {
    channelSentence,
    daysLate,
    dueState,
    formatDue,
    groupRows,
    quickDates,
} from "@crm_extension/timeline/timeline_utils";

describe.current.tags("headless");
beforeEach(() => allowTranslations());

const row = (date, values = {}) => ({
    date,
    create_date: date,
    channel: "call",
    direction: "out",
    origin: "authored",
    ...values,
});

test("the sentence tells channel and direction", () => {
    expect(channelSentence(row(""))).toBe("Call out");
    expect(channelSentence(row("", { channel: "email", direction: "in" }))).toBe(
        "Email received"
    );
    expect(channelSentence(row("", { channel: "note", direction: "internal" }))).toBe(
        "Note"
    );
});

test("rows are grouped by today and by month", () => {
    mockDate("2026-05-05 10:00:00", 0);
    const groups = groupRows([
        row("2026-05-05 08:00:00"),
        row("2026-05-04 08:00:00"),
        row("2026-05-01 08:00:00"),
        row("2026-04-30 08:00:00"),
    ]);
    expect(groups.map((group) => group.rows.length)).toEqual([1, 2, 1]);
    expect(groups.map((group) => group.key)).toEqual(["today", "2026-05", "2026-04"]);
});

test("only people log late", () => {
    mockDate("2026-05-05 10:00:00", 0);
    const late = { create_date: "2026-05-04 07:00:00" };
    expect(daysLate(row("2026-05-01 08:00:00", late))).toBe(3);
    expect(daysLate(row("2026-05-04 08:00:00"))).toBe(0);
    expect(daysLate(row("2026-05-01 08:00:00", { ...late, origin: "projected" }))).toBe(
        0
    );
});

test("a to-do says when it is due, to the minute when it can", () => {
    mockDate("2026-05-05 10:00:00", 0);
    const todo = { date_deadline: "2026-05-05", deadline_at: false, state: "today" };
    expect(formatDue(todo)).toBe("Today");
    expect(dueState(todo)).toBe("today");
    expect(dueState({ ...todo, deadline_at: "2026-05-05 09:00:00" })).toBe("overdue");
    expect(formatDue({ ...todo, date_deadline: "2026-05-02" })).toBe("3 days overdue");
});

test("Monday is the next one, never today", () => {
    const monday = luxon.DateTime.fromISO("2026-05-04T10:00:00");
    const quick = Object.fromEntries(
        quickDates(monday).map((q) => [q.id, q.date.toISODate()])
    );
    expect(quick).toEqual({
        today: "2026-05-04",
        tomorrow: "2026-05-05",
        three_days: "2026-05-07",
        monday: "2026-05-11",
        month: "2026-06-04",
    });
});
