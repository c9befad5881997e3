import { registry } from "@web/core/registry";

import { patient } from "./patient";

/** A salesperson starts the day: done with a next step, put off, taken back. */
registry.category("web_tour.tours").add("crm_extension_workbench", {
    url: "/odoo/workbench",
    steps: () =>
        patient([
            {
                content: "the day is open",
                trigger: ".o_crm_bucket[data-bucket=today] .o_crm_count:contains(2)",
            },
            { trigger: ".o_crm_bucket[data-bucket=today]", run: "click" },
            {
                content: "the customer is shown beside the row",
                trigger: ".o_crm_preview_title:contains(Ernst Handel)",
            },
            {
                trigger: ".o_crm_row:contains(Call back about samples) .o_crm_row_done",
                run: "click",
            },
            { trigger: ".o_crm_done_outcome:contains(Reached)", run: "click" },
            { trigger: ".o_crm_done_text", run: "edit Wants forty boxes" },
            { trigger: ".o_quick_log_next_type:contains(Call)", run: "click" },
            { trigger: ".o_crm_done_save", run: "click" },
            {
                content: "the row is gone and the count has fallen",
                trigger: ".o_crm_bucket[data-bucket=today] .o_crm_count:contains(1)",
            },
            {
                trigger:
                    ".o_crm_list:not(:has(.o_crm_row:contains(Call back about samples)))",
            },
            { trigger: ".o_crm_row .o_crm_row_snooze", run: "click" },
            { trigger: ".o_crm_snooze [data-quick=three_days]", run: "click" },
            {
                content: "an empty list says something kind",
                trigger: ".o_crm_empty:contains(Nothing more to do today)",
            },
            {
                trigger: ".o_notification:contains(Put off) button:contains(Undo)",
                run: "click",
            },
            {
                content: "taken back",
                trigger: ".o_crm_row:contains(Send the catalogue)",
            },
        ]),
});
