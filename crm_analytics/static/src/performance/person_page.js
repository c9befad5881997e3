import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    formatFigure,
    formatGrowth,
    formatPercent,
    getBar,
    getTone,
    getToneText,
} from "./performance_utils";
import { PeriodBar } from "./period_bar";
import { TrendBars } from "./trend_bars";

/** My performance, or that of one person: a card for each measure. */
export class PersonPage extends Component {
    static template = "crm_analytics.PersonPage";
    static components = { PeriodBar, TrendBars };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.formatPercent = formatPercent;
        this.formatGrowth = formatGrowth;
        this.getBar = getBar;
        this.getTone = getTone;
        this.getToneText = getToneText;
        const { user_id: userId = false, options = {} } =
            this.props.action.params || {};
        this.userId = userId;
        this.state = useState({ page: false, failed: "" });
        onWillStart(() => this.load({ period: options.period, date: options.date }));
    }

    async load(options) {
        try {
            this.state.page = await this.orm.call(
                "crm.performance",
                "performance_person",
                [this.userId, options]
            );
            this.state.failed = "";
        } catch (error) {
            this.state.failed = error.data?.message || String(error);
        }
    }

    change(options) {
        const { period, date } = this.state.page.options;
        return this.load({ period, date, ...options });
    }

    get title() {
        const { is_me: isMe, person } = this.state.page;
        return isMe ? _t("My Performance") : person.name;
    }

    format(value, card) {
        return formatFigure(value, card.is_money, this.state.page.currency_id);
    }

    /** What is still missing, or what goes beyond the target. */
    getRest(card) {
        const rest = card.target - card.actual;
        return rest > 0
            ? _t("%s to go", this.format(rest, card))
            : _t("%s above the target", this.format(-rest, card));
    }

    get elapsed() {
        const percent = formatPercent(this.state.page.elapsed);
        return _t("%s of the working days of this period are gone.", percent);
    }

    getAttainment(card) {
        return _t("%(percent)s of %(target)s", {
            percent: formatPercent(card.attainment),
            target: this.format(card.target, card),
        });
    }

    getPace(card) {
        return _t("pace %(percent)s, %(expected)s expected by today", {
            percent: formatPercent(card.pace),
            expected: this.format(card.expected, card),
        });
    }

    getLastYear(card) {
        return _t("last year %s", this.format(card.last_year, card));
    }

    getPlace({ place, of }) {
        return _t("place %(place)s of %(count)s", { place, count: of });
    }

    async open(card) {
        const options = {
            ...this.state.page.options,
            level: "user",
            measure: card.measure,
        };
        const action = await this.orm.call("crm.performance", "action_open_figures", [
            options,
            this.state.page.person.id,
        ]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("crm_analytics.performance_person", PersonPage);
