import { _t } from "@web/core/l10n/translation";
import { blockOf, changeOf, isBelowFloor } from "./quote_pricing";

/** Problems of a row by the code that the server gives them. */
export const PROBLEMS = {
    similar: _t("similar name: check it"),
    unit_unknown: _t("unknown unit"),
    quantity_missing: _t("no quantity: 1 taken"),
    quantity_unreadable: _t("quantity cannot be read"),
    quantity_not_positive: _t("quantity is not above zero"),
    price_unreadable: _t("price cannot be read"),
    discount_unreadable: _t("discount cannot be read"),
    number_ambiguous: _t("number can be read in two ways"),
    code_rounded: _t("code was rounded by the spreadsheet"),
    converted: _t("price converted from another currency"),
};

export const ROLES = [
    { name: "", label: _t("not used") },
    { name: "code", label: _t("Code or name") },
    { name: "name", label: _t("Name") },
    { name: "quantity", label: _t("Quantity") },
    { name: "unit", label: _t("Unit") },
    { name: "price", label: _t("Price") },
    { name: "discount", label: _t("Discount %") },
];

/** How a row found its product. */
export const MATCHES = {
    code: _t("by our code"),
    barcode: _t("by barcode"),
    customer: _t("by the customer's code"),
    name: _t("by name"),
    similar: _t("by a similar name"),
    chosen: _t("chosen by you"),
    old: _t("from an old quotation"),
    basket: _t("usual basket"),
};

function signed(percent) {
    return `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** What keeps a row from being added. */
export function blockText(row) {
    const count = row.candidates.length;
    switch (blockOf(row)) {
        case "product":
            return count ? _t("choose (%s)", count) : _t("not found");
        case "archived":
            return _t("archived or not for sale");
        case "combo":
            return _t("has parts to choose: add it on the quotation");
        case "quantity":
            return _t("quantity?");
    }
    return "";
}

/**
 * Everything that is to be said about a row, most important first.
 *
 * @returns {{ tone: string, text: string }[]}
 */
export function remarksOf(row, mode, isTwice) {
    const block = blockText(row);
    const remarks = block ? [{ tone: "danger", text: block }] : [];
    for (const problem of row.problems) {
        // A quantity that blocks is told by the row itself.
        const said = block && problem.startsWith("quantity_un");
        if (!said && problem in PROBLEMS) {
            remarks.push({ tone: "warning", text: PROBLEMS[problem].toString() });
        }
    }
    if (isBelowFloor(row, mode)) {
        remarks.push({ tone: "warning", text: row.facts.floor.text });
    }
    const changes = new Set([...(row.changes || []), ...(row.facts?.changes || [])]);
    remarks.push(...[...changes].map((text) => ({ tone: "warning", text })));
    if (isTwice) {
        remarks.push({ tone: "warning", text: `${_t("twice in this list")}` });
    }
    const change = changeOf(row, mode);
    if (change) {
        const text =
            change > 0
                ? _t("dearer than last (%s)", signed(change))
                : _t("cheaper than last (%s)", signed(change));
        remarks.push({ tone: "info", text: `${text}` });
    }
    return remarks;
}
