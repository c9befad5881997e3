import { registry } from "@web/core/registry";

import { patient } from "./patient";

const PASTE =
    "Code\tQty\tPrice\nNW-1\t２４\t8,5\nSir Rodney\t5\t\nNW7\t3\t\nTotal\t32\t";

/** From a quotation to the fast entry, a dirty paste, one choice by a key, and back. */
registry.category("web_tour.tours").add("crm_extension_quote", {
    steps: () =>
        patient([
            { trigger: "button[name=action_open_fast_entry]", run: "click" },
            {
                content: "paste from a spreadsheet",
                trigger: ".o_quote_page",
                run() {
                    const clipboardData = new DataTransfer();
                    clipboardData.setData("text/plain", PASTE);
                    document.activeElement?.blur();
                    document.body.dispatchEvent(
                        new ClipboardEvent("paste", { clipboardData, bubbles: true })
                    );
                },
            },
            {
                content: "the row to solve is on top, with numbered candidates",
                trigger: ".o_quote_row:eq(0):contains(Sir Rodney).o_quote_open",
            },
            { trigger: ".o_quote_left_out:contains(Left out: 2)" },
            { trigger: ".o_quote_add:contains(Add 2 lines)" },
            { trigger: ".o_quote_candidate:contains(Scones)", run: "click" },
            { trigger: ".o_quote_row:eq(0) .o_quote_product:contains(Scones)" },
            { trigger: ".o_quote_add:enabled:contains(Add 3 lines)" },
            { trigger: ".o_quote_page", run: "press ctrl+enter" },
            {
                content: "back on the quotation with its lines",
                trigger: ".o_field_x2many_list .o_data_row:contains(Scones)",
            },
            {
                trigger:
                    ".o_notification:contains(3 lines added) button:contains(Undo)",
                run: "click",
            },
            {
                content: "undone",
                trigger: ".o_field_x2many_list:not(:has(.o_data_row))",
            },
        ]),
});
