import { registry } from "@web/core/registry";

import { patient } from "./patient";

/** On a customer's card: log a call and plan the next one at a time of day. */
registry.category("web_tour.tours").add("crm_extension_log_call", {
    steps: () =>
        patient([
            {
                content: "the empty timeline helps",
                trigger: ".o_customer_timeline .o_timeline_empty",
            },
            {
                content: "type what was said",
                trigger: ".o_quick_log_input",
                run: "edit Wants forty boxes",
            },
            {
                content: "choose the outcome",
                trigger: ".o_quick_log_outcome:contains('Reached')",
                run: "click",
            },
            {
                content: "plan a call",
                trigger: ".o_quick_log_next_type:contains('Call')",
                run: "click",
            },
            {
                content: "on Monday",
                trigger: ".o_quick_log_quick_date[data-quick=monday]",
                run: "click",
            },
            {
                content: "at half past two",
                trigger: ".o_quick_log_next_time",
                run({ anchor }) {
                    anchor.value = "14:30";
                    anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
                },
            },
            {
                content: "Ctrl+Enter saves",
                trigger: ".o_quick_log_input",
                run: "press Control+Enter",
            },
            {
                content: "the call is in the history",
                trigger:
                    ".o_timeline_entry[data-channel=call]:contains('Wants forty boxes')",
            },
            {
                content: "the next call is planned",
                trigger: ".o_timeline_todo:contains('Call')",
            },
        ]),
});
