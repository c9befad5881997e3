import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { CustomerTimeline } from "@crm_extension/timeline/customer_timeline";

defineMailModels();

const config = {
    default_channel: "call",
    can_log: true,
    partner: { id: 3, name: "Ernst Handel" },
    outcomes: [
        { id: 1, name: "Reached", channel: "call", tone: "good" },
        { id: 2, name: "Met", channel: "visit", tone: "good" },
    ],
    activity_types: [{ id: 5, name: "Call", icon: "fa-phone", category: "phonecall" }],
};

const row = (id, values = {}) => ({
    id,
    date: "2026-05-05 09:00:00",
    create_date: "2026-05-05 09:00:00",
    channel: "call",
    type: false,
    direction: "out",
    outcome: false,
    duration: 0,
    subject: `Subject ${id}`,
    headline: `Subject ${id}`,
    preview: false,
    partner: false,
    user: false,
    origin: "authored",
    editable: true,
    attachments: 0,
    document: false,
    ...values,
});

const page = (rows, values = {}) => ({
    rows,
    cursor: false,
    upcoming: [],
    config,
    ...values,
});

async function mountTimeline(first, answers = {}) {
    mockDate("2026-05-05 10:00:00", 0);
    onRpc("crm.interaction", "timeline_fetch", ({ kwargs }) => {
        if (kwargs.cursor) {
            expect.step(`older than ${kwargs.cursor}`);
            return { rows: answers.older, cursor: false };
        }
        expect.step(`fetch ${kwargs.channels.join()}`);
        return first;
    });
    onRpc("crm.interaction", "quick_log", ({ args }) => {
        expect.step(JSON.stringify(args.slice(2)));
        return answers.logged;
    });
    await mountWithCleanup(CustomerTimeline, {
        props: { resModel: "res.partner", resId: 3 },
    });
    await animationFrame();
}

test("one call, then a page by key", async () => {
    const first = page([row(2)], { cursor: ["2026-05-05 09:00:00", 2] });
    await mountTimeline(first, { older: [row(1, { date: "2026-04-01 09:00:00" })] });
    expect.verifySteps(["fetch "]);
    expect(".o_timeline_entry").toHaveCount(1);
    await contains(".o_timeline_more").click();
    expect.verifySteps(["older than 2026-05-05 09:00:00,2"]);
    expect(queryAllTexts(".o_timeline_subject")).toEqual(["Subject 2", "Subject 1"]);
    expect(".o_timeline_more").toHaveCount(0);
});

test("the empty timeline helps", async () => {
    await mountTimeline(page([]));
    expect(".o_timeline_empty").toHaveCount(1);
    await contains("[data-filter=visits]").click();
    expect.verifySteps(["fetch ", "fetch visit,meeting"]);
});

test("log with outcome, Ctrl+Enter saves", async () => {
    await mountTimeline(page([]), { logged: page([row(9)]) });
    await contains(".o_quick_log_input").edit("Wants samples", { confirm: false });
    await contains(".o_quick_log_outcome:contains(Reached)").click();
    await contains(".o_quick_log_input").focus();
    await press(["Control", "Enter"]);
    await animationFrame();
    expect.verifySteps([
        "fetch ",
        JSON.stringify([
            { channel: "call", text: "Wants samples", direction: "out", outcome_id: 1 },
            null,
        ]),
    ]);
    expect(".o_timeline_entry").toHaveCount(1);
    expect(".o_quick_log_input").toHaveValue("");
});

test("nothing typed is nothing saved, and says so", async () => {
    await mountTimeline(page([]));
    await contains(".o_quick_log_save").click();
    expect(".o_quick_log [role=alert]").toHaveCount(1);
    expect.verifySteps(["fetch "]);
});

test("outcomes follow the channel", async () => {
    await mountTimeline(page([]));
    await contains(".o_quick_log_channel[data-channel=visit]").click();
    expect(queryAllTexts(".o_quick_log_outcome")).toEqual(["Met"]);
    await contains(".o_quick_log_channel[data-channel=note]").click();
    expect(".o_quick_log_direction").toHaveCount(0);
    expect.verifySteps(["fetch "]);
});
