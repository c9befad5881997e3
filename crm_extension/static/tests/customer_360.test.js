import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { Component, xml } from "@odoo/owl";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { Customer360 } from "@crm_extension/customer_360/customer_360";
import { dueSentence } from "@crm_extension/customer_360/cards/cards";
import { barHeights } from "@crm_extension/customer_360/cards/money_card";
import { moved } from "@crm_extension/arrange/arrange";
import { arrange, toggled } from "@crm_extension/customer_360/customer_layout";

defineMailModels();

class NoTimeline extends Component {
    static template = xml`<div class="no_timeline"/>`;
    static props = ["*"];
}

const section = (name, data = {}, values = {}) => ({
    name,
    card: name,
    title: name,
    icon: "fa-star",
    column: "side",
    empty: `no ${name}`,
    data: { items: [], ...data },
    ...values,
});

const page = (values = {}) => ({
    id: 3,
    contact_id: false,
    header: {
        name: "Ernst Handel",
        is_company: true,
        active: true,
        place: "Graz, Austria",
        email: false,
        website: false,
        tags: [],
        owner: { id: 2, name: "Nancy" },
        level: { id: 1, name: "A", color: 2, rhythm_days: 14 },
        levels: [
            { id: 1, name: "A", color: 2, rhythm_days: 14 },
            { id: 4, name: "B", color: 3, rhythm_days: 30 },
        ],
        state: "customer",
        phones: [{ number: "+43 1", href: "tel:+431", who: "" }],
        last_contact: {
            date: "2026-04-23 09:00:00",
            channel: "call",
            user: "Nancy",
            count: 4,
        },
        next_step: false,
    },
    alerts: [],
    phases: { before: 0, during: 2, after: 0 },
    actions: [],
    sections: [],
    layout: { order: [], folded: [], hidden: [] },
    cards: (values.sections || []).map(({ name, title, icon }) => ({
        name,
        title,
        icon,
    })),
    ...values,
});

async function mountPage(values, params = { partner_id: 3 }) {
    mockDate("2026-05-05 10:00:00", 0);
    // The history is not the subject here.
    patchWithCleanup(Customer360, {
        components: { ...Customer360.components, CustomerTimeline: NoTimeline },
    });
    onRpc("crm.customer.view", "customer_fetch", ({ args }) => {
        expect.step(`fetch ${args[0]}`);
        return page(values);
    });
    onRpc("crm.customer.view", "customer_layout_save", ({ args }) => {
        expect.step(JSON.stringify(args[0]));
        return args[0];
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_extension.customer_360",
        params,
    });
    await animationFrame();
}

describe("layout", () => {
    const sections = [section("a"), section("b"), section("c")];

    test("the user's order, new cards behind", () => {
        const layout = { order: ["c", "a"], folded: ["b"], hidden: ["a"] };
        const arranged = arrange(sections, layout);
        expect(arranged.map((s) => s.name)).toEqual(["c", "a", "b"]);
        expect(arranged.map((s) => s.folded)).toEqual([false, false, true]);
        expect(arranged.map((s) => s.hidden)).toEqual([false, true, false]);
    });

    test("move and toggle", () => {
        expect(moved(["a", "b", "c"], "c", "a")).toEqual(["a", "c", "b"]);
        expect(moved(["a", "b", "c"], "c")).toEqual(["c", "a", "b"]);
        expect(toggled(["a"], "a")).toEqual([]);
        expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    });
});

describe("sentences", () => {
    test("when the next order is due", () => {
        allowTranslations();
        expect(dueSentence(null)).toBe("");
        expect(dueSentence(9).toString()).toBe("due in about 9 days");
        expect(dueSentence(0).toString()).toBe("due today");
        expect(dueSentence(-4).toString()).toBe("due for 4 days");
    });

    test("bars are in proportion and never vanish", () => {
        const spark = [0, 50, 1, 100, -20].map((value) => ({ value }));
        expect(barHeights(spark)).toEqual([0, 50, 4, 100, 0]);
        expect(barHeights([{ value: 0 }, { value: -5 }])).toEqual([0, 0]);
    });
});

test("one call tells who, when and what next", async () => {
    await mountPage();
    expect.verifySteps(["fetch 3"]);
    expect("h1").toHaveText("Ernst Handel");
    expect(".o_c360_phones a").toHaveAttribute("href", "tel:+431");
    expect(".o_c360_facts").toHaveText(/12 days ago · Call · Nancy/);
    expect(".o_c360_facts").toHaveText(/Nothing planned/);
    expect("[data-phase=during]").toHaveText(/In sale\s*2/);
});

test("names are shown as text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const header = { ...page().header, name };
    const people = section("people", {
        items: [{ id: 9, model: "res.partner", depth: 1, title: name, sub: name }],
        count: 1,
        action: {},
        new: {},
    });
    await mountPage({ header, sections: [people] });
    expect.verifySteps(["fetch 3"]);
    expect("h1").toHaveText(name);
    expect(".o_c360_person .text-truncate:first").toHaveText(name);
    expect("img[src=x]").toHaveCount(0);
});

test("cards fold, hide, move by keys and come back", async () => {
    await mountPage({ sections: [section("feels"), section("files")] });
    const layout = (values) =>
        JSON.stringify({ order: [], folded: ["feels"], hidden: [], ...values });
    expect(queryAllTexts(".o_c360_empty")).toEqual(["no feels", "no files"]);
    await contains("[data-name=feels] .o_c360_fold").click();
    expect(".o_c360_empty").toHaveCount(1);
    await contains(".o_c360_arrange").click();
    await contains(".modal [data-name=files] input").click();
    await press(["alt", "ArrowUp"]);
    await animationFrame();
    expect(".modal [data-name=files] input").toBeFocused();
    expect(queryAllTexts(".o_crm_arrange_item")).toEqual(["files", "feels"]);
    await contains(".o_c360_arrange_save").click();
    expect(".modal").toHaveCount(0);
    expect(queryAllTexts(".o_c360_card h2")).toEqual(["feels"]);
    await contains(".o_c360_arrange").click();
    await contains(".o_c360_arrange_reset").click();
    await press(["ctrl", "Enter"]);
    await animationFrame();
    expect(queryAllTexts(".o_c360_card h2")).toEqual(["feels", "files"]);
    expect.verifySteps([
        "fetch 3",
        layout(),
        layout({ order: ["files", "feels"], hidden: ["files"] }),
        layout({ order: ["feels", "files"] }),
    ]);
});

test("a card this customer has nothing for keeps its place", async () => {
    const cards = ["pool", "feels", "files"].map((name) => ({
        name,
        title: name,
        icon: "fa-star",
    }));
    await mountPage({ sections: [section("feels"), section("files")], cards });
    await contains(".o_c360_arrange").click();
    expect(queryAllTexts(".o_crm_arrange_item")).toEqual(["pool", "feels", "files"]);
    await contains(".o_crm_arrange_item:last .o_crm_arrange_up").click();
    await contains(".o_c360_arrange_save").click();
    expect(queryAllTexts(".o_c360_card h2")).toEqual(["files", "feels"]);
    expect.verifySteps([
        "fetch 3",
        JSON.stringify({ order: ["pool", "files", "feels"], folded: [], hidden: [] }),
    ]);
});

test("an unknown section is shown as plain lines", async () => {
    const items = [
        { id: 7, model: "x.y", title: "Contract", value: "5 €", badge: "ends" },
    ];
    await mountPage({ sections: [section("contracts", { items })] });
    expect.verifySteps(["fetch 3"]);
    expect(".o_c360_line").toHaveText(/Contract\s*5 €\s*ends/);
});

test("open documents by phase", async () => {
    const group = (name, phase) => ({
        name,
        phase,
        title: name,
        icon: "fa-star",
        count: 120,
        items: [{ id: 1, model: "sale.order", title: "S1" }],
        action: {},
    });
    const open = section("open", {
        groups: [group("rmas", "after"), group("quotes", "before")],
    });
    await mountPage({ sections: [open] });
    expect.verifySteps(["fetch 3"]);
    expect(queryAllTexts(".o_c360_phase_title")).toEqual(["PRE-SALE", "AFTER-SALE"]);
    expect(".o_c360_group:first").toHaveText(/quotes\s*99\+/);
});

test("the level is set on the page", async () => {
    await mountPage();
    onRpc("res.partner", "write", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await contains(".o_c360_level").click();
    await contains(".o-dropdown-item:contains(B)").click();
    expect.verifySteps([
        "fetch 3",
        JSON.stringify([[3], { customer_level_id: 4 }]),
        "fetch 3",
    ]);
});

test("without a customer the page asks for one", async () => {
    await mountPage({}, {});
    expect.verifySteps([]);
    expect(".o_customer_360").toHaveText(/Choose a customer/);
});
