import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatFigure } from "./performance_utils";

/** Twelve months as bars, with a mark where the target of each month stands. */
export class TrendBars extends Component {
    static template = "crm_analytics.TrendBars";
    static props = {
        values: Array,
        plan: Array,
        months: Array,
        isMoney: Boolean,
        currencyId: Number,
        isLarge: { type: Boolean, optional: true },
    };

    get bars() {
        const { values, plan, months, isMoney, currencyId } = this.props;
        const most = Math.max(...values, ...plan.map((target) => target || 0), 1e-9);
        return values.map((value, number) => {
            const month = deserializeDate(months[number]);
            const figure = formatFigure(value, isMoney, currencyId);
            const target = plan[number];
            const goal = target
                ? ` / ${formatFigure(target, isMoney, currencyId)}`
                : "";
            return {
                label: month.toFormat("LLL"),
                title: `${month.toFormat("LLLL yyyy")}: ${figure}${goal}`,
                height: (100 * Math.max(value, 0)) / most,
                mark: target ? (100 * target) / most : false,
                isMet: Boolean(target) && value >= target,
            };
        });
    }
}
