import { Component } from "@odoo/owl";
import { cardRegistry } from "./customer_card";
import { cardProps } from "./generic_card";

/** Height in percent of each bar; a bar that is not zero can be seen. */
export function barHeights(spark) {
    const highest = Math.max(...spark.map((month) => month.value), 0);
    return spark.map((month) =>
        month.value > 0 ? Math.max(4, Math.round((month.value / highest) * 100)) : 0
    );
}

/** Turnover of twelve months, this year against last, what they owe, how they pay. */
export class MoneyCard extends Component {
    static template = "crm_extension.MoneyCard";
    static props = cardProps;

    bars(item) {
        const heights = barHeights(item.spark);
        return item.spark.map((month, index) => ({ ...month, height: heights[index] }));
    }

    growthClass(item) {
        return item.growth >= 0 ? "text-success" : "text-danger";
    }

    growthText(item) {
        return `${item.growth > 0 ? "+" : ""}${item.growth} %`;
    }
}

cardRegistry.add("money", MoneyCard);
