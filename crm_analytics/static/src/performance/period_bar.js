import { Component } from "@odoo/owl";
import { formatPeriod, PERIODS } from "./performance_utils";

/** Month, quarter or year, and the steps before and after. */
export class PeriodBar extends Component {
    static template = "crm_analytics.PeriodBar";
    static props = { page: Object, onChange: Function };

    setup() {
        this.periods = PERIODS;
    }

    get label() {
        return formatPeriod(this.props.page);
    }
}
