import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { mayMoveOn } from "@crm_extension/sales_kit/stage_guard";

class Lead extends models.Model {
    _name = "crm.lead";
    name = fields.Char();
    stage_id = fields.Many2one({ relation: "crm.stage" });
    partner_id = fields.Many2one({ relation: "res.partner" });
    team_id = fields.Many2one({ relation: "crm.stage" });
    _records = [{ id: 1, name: "Forty boxes", stage_id: 1 }];
}

class Stage extends models.Model {
    _name = "crm.stage";
    name = fields.Char();
    _records = [
        { id: 1, name: "Talk" },
        { id: 2, name: "Offer" },
    ];
}

defineMailModels();
defineModels([Lead, Stage]);

const check = (id, values = {}) => ({
    id,
    name: `Item ${id}`,
    help: "",
    is_required: false,
    done: false,
    ...values,
});

const doc = (id, values = {}) => ({
    id,
    name: `Document ${id}`,
    kind: "presentation",
    kind_label: "Presentation",
    note: "",
    is_internal: false,
    sent: false,
    file: { id: 50 + id, name: "a.docx", mimetype: "application/msword" },
    template: false,
    lang: "",
    ...values,
});

const kit = (values = {}) => ({
    stage: { id: 1, name: "Talk", requirements: "" },
    checks: [check(1, { is_required: true }), check(2)],
    documents: [],
    plan: false,
    writable: true,
    can_configure: false,
    ...values,
});

async function mountForm(fetched) {
    mockDate("2026-05-05 10:00:00", 0);
    onRpc("crm.lead", "kit_fetch", () => fetched);
    await mountView({
        type: "form",
        resModel: "crm.lead",
        resId: 1,
        arch: `<form>
            <header><field name="stage_id" widget="statusbar" options="{'clickable': '1'}"/></header>
            <field name="name"/><widget name="sales_kit"/>
        </form>`,
    });
    await animationFrame();
}

test("one line says how far it is, a click opens it", async () => {
    await mountForm(kit());
    expect(".o_sales_kit_progress").toHaveText("0/2");
    expect(".o_sales_kit_missing").toHaveText("1 required item is open");
    expect(".o_sales_kit_body").toHaveCount(0);
    await contains(".o_sales_kit_toggle").click();
    expect(queryAllTexts(".o_sales_kit_check label > span:first-child")).toEqual([
        "Item 1",
        "Item 2",
    ]);
});

test("a stage without a kit shows nothing", async () => {
    await mountForm(kit({ checks: [] }));
    expect(".o_sales_kit").toHaveCount(0);
});

test("a tick is sent, and the line follows", async () => {
    onRpc("crm.lead", "kit_tick", ({ args }) => {
        expect.step(args.slice(1));
        const done = { user: "Nancy", date: "2026-05-05 09:00:00" };
        return kit({ checks: [check(1, { is_required: true, done }), check(2)] });
    });
    await mountForm(kit());
    await contains(".o_sales_kit_toggle").click();
    await contains(".o_sales_kit_check input:first").click();
    expect.verifySteps([[1, true]]);
    await animationFrame();
    expect(".o_sales_kit_progress").toHaveText("1/2");
    expect(".o_sales_kit_missing").toHaveCount(0);
});

test("only what is for customers is sent; sent is said", async () => {
    onRpc("crm.lead", "action_kit_send", ({ args }) => {
        expect.step(args[1]);
        return { type: "ir.actions.act_window_close" };
    });
    const sent = { user: "Nancy", date: "2026-05-04 10:00:00" };
    await mountForm(
        kit({
            documents: [
                doc(1, { sent }),
                doc(2),
                doc(3, { is_internal: true }),
                doc(4, { file: false }),
            ],
        })
    );
    await contains(".o_sales_kit_toggle").click();
    expect(".o_sales_kit_sent").toHaveText(/sent Nancy, 1 day ago/);
    expect(".o_sales_kit_document input").toHaveCount(2);
    expect(".o_sales_kit_document:last").toHaveText(/no file yet/);
    await contains(".o_sales_kit_send").click();
    await contains("input[aria-label='Send Document 2']").click();
    await contains(".o_sales_kit_send").click();
    expect.verifySteps([[1, 2], [2]]);
});

test("a plan is offered, and started once", async () => {
    const plan = { id: 3, name: "First contact", state: false, steps: [] };
    onRpc("crm.lead", "kit_plan", ({ args }) => {
        expect.step(args[1]);
        const date = "2026-05-05 10:00:00";
        return kit({ plan: { ...plan, state: "started", user: "Nancy", date } });
    });
    await mountForm(kit({ plan }));
    expect(".o_sales_kit_plan_offer").toHaveText("First contact");
    await contains(".o_sales_kit_start").click();
    expect.verifySteps([true]);
    await animationFrame();
    expect(".o_sales_kit_plan_offer").toHaveCount(0);
});

test("open required items are asked for before the stage changes", async () => {
    const items = ["Need known"];
    onRpc("crm.lead", "kit_open_items", ({ args }) => {
        expect.step(args);
        return { guard: "warn", items };
    });
    onRpc("crm.lead", "web_save", ({ args }) => expect.step(args[1]));
    await mountForm(kit());
    await contains(".o_arrow_button:contains(Offer)").click();
    expect(".modal").toHaveText(/Need known/);
    await contains(".modal button:contains(Stay)").click();
    expect(".o_arrow_button_current").toHaveText("Talk");
    expect.verifySteps([[[1], 2]]);
    await contains(".o_arrow_button:contains(Offer)").click();
    await contains(".modal button:contains(Move on)").click();
    await animationFrame();
    expect.verifySteps([[[1], 2], { stage_id: 2 }]);
});

test("a refusal is no question", async () => {
    onRpc("crm.lead", "kit_open_items", () => ({ guard: "block", items: ["Need"] }));
    await mountWithCleanup(WebClient);
    const answer = mayMoveOn(getService("orm"), getService("dialog"), [1], 2);
    await animationFrame();
    expect(".modal .btn-primary").toHaveCount(1);
    expect(".modal").toHaveText(/Not yet/);
    await contains(".modal .btn-primary").click();
    expect(await answer).toBe(false);
});
