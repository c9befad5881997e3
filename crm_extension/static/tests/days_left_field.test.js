import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class Customer extends models.Model {
    _name = "res.partner.pool.test";
    due = fields.Date();
    _records = [
        { id: 1, due: "2025-06-23" },
        { id: 2, due: "2025-06-13" },
        { id: 3, due: "2025-06-11" },
        { id: 4, due: "2025-06-10" },
        { id: 5, due: false },
        { id: 6, due: "2025-06-12" },
        { id: 7, due: "2025-06-18" },
    ];
}

defineMailModels();
defineModels([Customer]);

test.tags("desktop");
test("X09: days left as a number, red when fewer than three", async () => {
    mockDate("2025-06-11 10:00:00");
    await mountView({
        type: "list",
        resModel: "res.partner.pool.test",
        arch: `<list><field name="due" widget="crm_days_left"/></list>`,
    });
    expect(".o_data_row .o_field_widget[name=due]").toHaveCount(7);
    const texts = [
        ...document.querySelectorAll(".o_data_row .o_field_widget[name=due]"),
    ].map((cell) => cell.textContent.trim());
    expect(texts).toEqual([
        "12 days",
        "2 days",
        "last day",
        "tonight",
        "",
        "1 day",
        "7 days",
    ]);
    expect(".o_data_row .text-danger").toHaveCount(4);
    expect(".o_data_row .text-warning").toHaveCount(5);
});
