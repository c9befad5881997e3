import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatMonetary } from "@web/views/fields/formatters";

export const PERIODS = [
    ["month", _t("Month")],
    ["quarter", _t("Quarter")],
    ["year", _t("Year")],
];

/** A figure as people say it: money without cents, numbers as they are. */
export function formatFigure(value, isMoney, currencyId) {
    if (value === false || value === undefined || value === null) {
        return "";
    }
    if (isMoney) {
        return formatMonetary(value, { currencyId, digits: [16, 0] });
    }
    return formatFloat(value, { digits: [16, 0] });
}

export function formatPercent(value) {
    return value === false ? "" : `${formatFloat(value, { digits: [16, 0] })} %`;
}

export function formatGrowth(value) {
    return value > 0 ? `+${formatPercent(value)}` : formatPercent(value);
}

/** "November 2026", "Sep – Nov 2026" or "2026". */
export function formatPeriod({ options, first, last, fiscal_year: fiscalYear }) {
    const [start, end] = [deserializeDate(first), deserializeDate(last)];
    if (options.period === "month") {
        return start.toFormat("LLLL yyyy");
    }
    if (options.period === "year" && start.month === 1) {
        return String(fiscalYear);
    }
    return `${start.toFormat("LLL yyyy")} – ${end.toFormat("LLL yyyy")}`;
}

/** Ahead, about there, or behind: only where a target says what to expect. */
export function getTone(row) {
    if (row.pace === false) {
        return "";
    }
    return row.pace >= 100 ? "success" : row.pace >= 90 ? "warning" : "danger";
}

export function getToneText(row) {
    return {
        success: _t("on pace"),
        warning: _t("just behind"),
        danger: _t("behind"),
        "": "",
    }[getTone(row)];
}

/** Widths of the bar: what is reached, and where it should be by today. */
export function getBar(row) {
    const most = Math.max(row.actual, row.target || 0, row.expected, 1e-9);
    const share = (value) => Math.max(0, Math.min(100, (100 * value) / most));
    return {
        actual: share(row.actual),
        expected: share(row.expected),
        target: share(row.target || 0),
    };
}

export function formatDay(text) {
    return formatDate(deserializeDate(text));
}
