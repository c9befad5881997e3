import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
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

const LEVELS = {
    user: _t("Salespeople"),
    team: _t("Sales Teams"),
    company: _t("Company"),
};
const KEPT = "crm_analytics.performance";

/** Columns that can be sorted, with the number that counts. */
const VALUES = {
    name: (row) => row.name,
    actual: (row) => row.actual,
    attainment: (row) => row.attainment || 0,
    pace: (row) => row.pace || 0,
    growth: (row) => row.growth || 0,
};

/**
 * The ranking of a period: what was reached, against target, pace and last year.
 * A name opens the person's own page, a number its documents.
 */
export class PerformancePage extends Component {
    static template = "crm_analytics.PerformancePage";
    static components = { PeriodBar, TrendBars };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.formatPercent = formatPercent;
        this.formatGrowth = formatGrowth;
        this.getBar = getBar;
        this.getTone = getTone;
        this.getToneText = getToneText;
        this.levelLabels = LEVELS;
        this.state = useState({ page: false, sort: "actual", failed: "" });
        onWillStart(() => this.load(this.readKept()));
    }

    /** The choices of the last visit; the day is always today's. */
    readKept() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(KEPT)) || {};
        } catch {
            return {};
        }
    }

    async load(options) {
        try {
            this.state.page = await this.orm.call(
                "crm.performance",
                "performance_fetch",
                [options]
            );
            this.state.failed = "";
            const { measure, level, period } = this.state.page.options;
            browser.sessionStorage.setItem(
                KEPT,
                JSON.stringify({ measure, level, period })
            );
        } catch (error) {
            browser.sessionStorage.removeItem(KEPT);
            this.state.failed = error.data?.message || String(error);
        }
    }

    change(options) {
        return this.load({ ...this.state.page.options, ...options });
    }

    get measure() {
        const { measures, options } = this.state.page;
        return measures.find((measure) => measure.id === options.measure);
    }

    format(value) {
        return formatFigure(value, this.measure.is_money, this.state.page.currency_id);
    }

    formatOf(row) {
        return _t("of %s", this.format(row.target));
    }

    get rows() {
        const value = VALUES[this.state.sort];
        const rows = [...this.state.page.rows];
        if (this.state.sort === "name") {
            return rows.sort((a, b) => value(a).localeCompare(value(b)));
        }
        return rows.sort(
            (a, b) => Boolean(b.id) - Boolean(a.id) || value(b) - value(a)
        );
    }

    get columns() {
        return [
            ["name", LEVELS[this.state.page.options.level]],
            ["actual", this.measure.name],
            ["attainment", _t("Of target")],
            ["pace", _t("Pace")],
            ["growth", _t("Last year")],
        ];
    }

    get trendLabel() {
        return _t("12 months");
    }

    get hasTargets() {
        return this.state.page.rows.some((row) => row.target !== false);
    }

    /** One sentence: how far the whole is, and how many are behind. */
    get summary() {
        const { rows, total, elapsed, is_running: isRunning } = this.state.page;
        const planned = rows.filter((row) => row.pace !== false && row.id);
        const behind = planned.filter((row) => row.pace < 100).length;
        if (!rows.length) {
            return _t("Nothing was reached or planned in this period.");
        }
        if (!total || total.target === false || !planned.length) {
            return this.hasTargets
                ? ""
                : _t(
                      "No targets are set for this period: the ranking is by what was reached."
                  );
        }
        const args = {
            percent: formatPercent(total.attainment),
            elapsed: formatPercent(elapsed),
            behind,
            count: planned.length,
        };
        return isRunning
            ? _t(
                  "%(percent)s of the target with %(elapsed)s of the working days gone; %(behind)s of %(count)s are behind their pace.",
                  args
              )
            : _t(
                  "%(percent)s of the target was reached; %(behind)s of %(count)s missed theirs.",
                  args
              );
    }

    open(row) {
        if (this.state.page.options.level !== "user" || !row.id) {
            return this.openDocuments(row);
        }
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_analytics.performance_person",
            name: row.name,
            params: { user_id: row.id, options: this.state.page.options },
        });
    }

    async openDocuments(row) {
        const action = await this.orm.call("crm.performance", "action_open_figures", [
            this.state.page.options,
            row.id,
        ]);
        return this.action.doAction(action);
    }

    openTargets() {
        return this.action.doAction("crm_analytics.crm_target_action");
    }
}

registry.category("actions").add("crm_analytics.performance", PerformancePage);
