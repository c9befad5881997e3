import { useState } from "@odoo/owl";
import { serializeDate } from "@web/core/l10n/dates";
import { quickDates } from "../timeline/timeline_utils";
import { rowKey } from "./workbench_utils";

/** To-do buckets that take a dropped row, and the day it moves to. */
const DROP_DAYS = { today: "today", planned: "tomorrow" };

/**
 * Rows are dragged onto a day, or onto a bucket of to-dos: they are due then.
 *
 * @param {Object} bench the workbench: `state.rows` and `snoozeUntil(rows, until)`
 */
export function useWorkbenchDrag(bench) {
    const state = useState({ key: false, over: "" });
    return {
        state,

        get days() {
            return quickDates();
        },

        start(row, ev) {
            state.key = rowKey(row);
            ev.dataTransfer.effectAllowed = "move";
            ev.dataTransfer.setData("text/plain", row.what);
        },

        end() {
            Object.assign(state, { key: false, over: "" });
        },

        over(name, ev) {
            if (state.key) {
                ev.preventDefault();
                state.over = name;
            }
        },

        canDrop(tile) {
            return state.key && tile.name in DROP_DAYS;
        },

        async drop(name) {
            const day = quickDates().find(({ id }) => id === (DROP_DAYS[name] || name));
            const row = bench.state.rows.find((each) => rowKey(each) === state.key);
            this.end();
            if (day && row) {
                await bench.snoozeUntil([row], { date: serializeDate(day.date) });
            }
        },
    };
}
