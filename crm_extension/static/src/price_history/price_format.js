import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

/** A price with the digits it has, two at least. */
export function formatPrice(price) {
    const digits = Math.abs(price * 100 - Math.round(price * 100)) < 1e-6 ? 2 : 4;
    return formatFloat(price, { digits: [16, digits] });
}

export function formatQuantity(quantity) {
    const digits = Number.isInteger(quantity) ? 0 : 2;
    return formatFloat(quantity, { digits: [16, digits] });
}

/** A day; its year only when it is not this one. */
export function formatDay(value) {
    const date = deserializeDateTime(value);
    const isThisYear = date.year === luxon.DateTime.now().year;
    return date.toLocaleString({
        day: "2-digit",
        month: "short",
        ...(isThisYear ? {} : { year: "numeric" }),
    });
}

export const KINDS = {
    sold: _t("sold"),
    quoted: _t("quoted"),
    invoiced: _t("invoiced"),
};

/** "Last sold 12 Mar 2026 for 17.40; between 14.00 and 18.00" */
export function trendLabel(facts) {
    const { last, low, high } = facts;
    const values = {
        kind: KINDS[last.kind].toString(),
        date: formatDay(last.date),
        price: formatPrice(last.price),
        low: formatPrice(low),
        high: formatPrice(high),
    };
    return low === high
        ? _t("Last %(kind)s %(date)s for %(price)s", values)
        : _t(
              "Last %(kind)s %(date)s for %(price)s; between %(low)s and %(high)s",
              values
          );
}
