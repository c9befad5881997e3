import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";

/**
 * A percentage that may be unknown: growth without a year before is empty, not 0%.
 *
 * @param {number | false | null | undefined} value
 * @param {Object} [options] as for `formatPercentage`
 * @returns {string}
 */
export function formatRatio(value, options) {
    return typeof value === "number" ? formatPercentage(value, options) : "";
}
formatRatio.extractOptions = formatPercentage.extractOptions;

registry.category("formatters").add("crm_ratio", formatRatio);
