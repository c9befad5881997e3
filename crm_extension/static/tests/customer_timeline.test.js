import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    makeServerError,
    MockServer,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { Deferred } from "@web/core/utils/concurrency";
import { waitForChannels, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { CustomerTimeline } from "@crm_extension/timeline/customer_timeline";
import { TimelineDraft } from "@crm_extension/timeline/timeline_draft";

defineMailModels();

const config = {
    default_channel: "call",
    can_log: true,
    is_manager: false,
    live: "crm_timeline/res.partner/3",
    partner: { id: 3, name: "Ernst Handel" },
    customer: { id: 3, name: "Ernst Handel" },
};

const choices = {
    outcomes: [
        { id: 1, name: "Reached", channel: "call", tone: "good" },
        { id: 2, name: "Met", channel: "visit", tone: "good" },
    ],
    activity_types: [{ id: 5, name: "Call", icon: "fa-phone", category: "phonecall" }],
    contacts: [
        { id: 31, name: "Roland Mendel", function: "Buyer" },
        { id: 32, name: "Anna Huber", function: false },
    ],
    users: [{ id: 7, name: "Nancy Davolio" }],
    kinds: [{ id: "sale.order", name: "Quotations and orders" }],
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
    archivable: true,
    late: false,
    more: true,
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

/** The server: tells what it is asked and answers what the test wants. */
async function mountTimeline(first, answers = {}) {
    mockDate("2026-05-05 10:00:00", 0);
    mockScrolling(answers.scrolled);
    onRpc("crm.interaction", "timeline_fetch", ({ kwargs }) => {
        if (kwargs.cursor) {
            expect.step(`older than ${kwargs.cursor}`);
            return { rows: answers.older, cursor: false, partial: false };
        }
        expect.step(`fetch ${asked(kwargs)}`);
        return typeof first === "function" ? first(kwargs) : first;
    });
    onRpc("crm.interaction", "timeline_choices", () => choices);
    onRpc("crm.interaction", "timeline_details", ({ args }) => {
        expect.step(`details ${args[0]}`);
        return answers.details;
    });
    onRpc("crm.interaction", "timeline_archive", ({ args }) => {
        expect.step(`archive ${JSON.stringify(args)}`);
        return true;
    });
    onRpc("crm.interaction", "quick_log", ({ args, kwargs }) => {
        expect.step(JSON.stringify(args.slice(2)));
        answers.tokens?.push(kwargs.token);
        return answers.log ? answers.log() : answers.logged;
    });
    const { resModel, resId } = { resModel: "res.partner", resId: 3 };
    await mountWithCleanup(CustomerTimeline, { props: { resModel, resId } });
    await animationFrame();
}

/** Whether the end of the list is in sight. */
function mockScrolling(isIntersecting = false) {
    class Observer {
        constructor(callback) {
            this.callback = callback;
        }
        observe() {
            this.callback([{ isIntersecting }]);
        }
        disconnect() {}
    }
    patchWithCleanup(window, { IntersectionObserver: Observer });
}

/** What is filtered, in short: "visit,meeting users=7 -facts". */
function asked({ filters, scope }) {
    const parts = [filters.channels.join()];
    for (const name of ["users", "contacts", "models", "search"]) {
        if (filters[name].length) {
            parts.push(`${name}=${filters[name]}`);
        }
    }
    if (!filters.facts) {
        parts.push("-facts");
    }
    return parts.concat(scope === "document" ? "document" : []).join(" ");
}

const logged = (rows) => ({ rows, upcoming: [], repeated: false });

test("one call, then a page by key", async () => {
    const first = page([row(2)], { cursor: ["2026-05-05 09:00:00", 2] });
    await mountTimeline(first, { older: [row(1, { date: "2026-04-01 09:00:00" })] });
    expect(".o_timeline_more").toHaveCount(1);
    await contains(".o_timeline_more").click();
    expect.verifySteps(["fetch ", "older than 2026-05-05 09:00:00,2"]);
    expect(queryAllTexts(".o_timeline_subject")).toEqual(["Subject 2", "Subject 1"]);
    expect(".o_timeline_more").toHaveCount(0);
});

test("older rows come by themselves at the end of the list", async () => {
    const first = page([row(2)], { cursor: ["2026-05-05 09:00:00", 2] });
    await mountTimeline(first, { older: [row(1)], scrolled: true });
    await animationFrame();
    expect.verifySteps(["fetch ", "older than 2026-05-05 09:00:00,2"]);
    expect(".o_timeline_entry").toHaveCount(2);
});

test("the empty timeline helps", async () => {
    await mountTimeline(page([]));
    expect(".o_timeline_empty").toHaveCount(1);
    await contains("[data-filter=visits]").click();
    await contains(".o_timeline_clear").click();
    expect.verifySteps(["fetch ", "fetch visit,meeting", "fetch "]);
});

test("log with outcome, Ctrl+Enter saves", async () => {
    await mountTimeline(page([]), { logged: logged([row(9)]) });
    await contains(".o_quick_log_input").edit("Wants samples", { confirm: false });
    await contains(".o_quick_log_outcome:contains(Reached)").click();
    await contains(".o_quick_log_person:contains(Anna)").click();
    await contains(".o_quick_log_input").focus();
    await press(["Control", "Enter"]);
    await animationFrame();
    expect.verifySteps([
        "fetch ",
        JSON.stringify([
            {
                channel: "call",
                text: "Wants samples",
                direction: "out",
                outcome_id: 1,
                partner_id: 32,
                participant_ids: [],
            },
            null,
        ]),
    ]);
    expect(".o_timeline_entry").toHaveCount(1);
    expect(".o_quick_log_input").toHaveValue("");
    expect(".o_quick_log_person.active").toHaveCount(0);
});

test("Ctrl+Enter twice logs once", async () => {
    const answer = new Deferred();
    await mountTimeline(page([]), { log: () => answer });
    await contains(".o_quick_log_input").edit("Wants samples", { confirm: false });
    await press(["Control", "Enter"]);
    await press(["Control", "Enter"]);
    answer.resolve(logged([row(9)]));
    await animationFrame();
    expect.verifySteps([
        "fetch ",
        JSON.stringify([
            { channel: "call", text: "Wants samples", direction: "out" },
            null,
        ]),
    ]);
});

test("a failed request keeps the text and is repeated under the same token", async () => {
    expect.errors(1);
    const tokens = [];
    let fails = true;
    const log = () => {
        if (fails) {
            throw makeServerError({ message: "No line" });
        }
        return logged([row(9)]);
    };
    await mountTimeline(page([]), { log, tokens });
    await contains(".o_quick_log_input").edit("Wants samples", { confirm: false });
    await contains(".o_quick_log_save").click();
    await animationFrame();
    expect(".o_quick_log_input").toHaveValue("Wants samples");
    expect.verifyErrors([/No line/]);
    fails = false;
    await contains(".modal .btn-primary, .modal .btn-close").click();
    await contains(".o_quick_log_save").click();
    await animationFrame();
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).toBe(tokens[1]);
    const sent = JSON.stringify([
        { channel: "call", text: "Wants samples", direction: "out" },
        null,
    ]);
    expect.verifySteps(["fetch ", sent, sent]);
    expect(".o_quick_log_input").toHaveValue("");
});

test("a draft survives a reload", async () => {
    const draft = new TimelineDraft("res.partner", 3);
    const next = { type: false, date: false, quick: "", time: "", summary: "" };
    draft.save({ channel: "visit", text: "Half a sentence", date: false, next });
    await mountTimeline(page([]));
    expect(".o_quick_log_input").toHaveValue("Half a sentence");
    expect(".o_quick_log_channel.active").toHaveAttribute("data-channel", "visit");
    await contains(".o_quick_log_input").focus();
    await contains(".o_quick_log_discard").click();
    expect(draft.load()).toBe(null);
    expect.verifySteps(["fetch "]);
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
    await animationFrame();
    expect(queryAllTexts(".o_quick_log_outcome")).toEqual(["Met"]);
    await contains(".o_quick_log_channel[data-channel=note]").click();
    expect(".o_quick_log_direction").toHaveCount(0);
    expect.verifySteps(["fetch "]);
});

test("filters by person, document and fact, each with a cross", async () => {
    await mountTimeline(page([row(1)]));
    await contains(".o_timeline_filter_toggle").click();
    await animationFrame();
    await contains(".o_timeline_filter_menu [data-choice=users]").click();
    await contains(".o_timeline_filter_menu [data-choice=models]").click();
    expect.verifySteps([
        "fetch ",
        "fetch  users=7",
        "fetch  users=7 models=sale.order",
    ]);
    await press("Escape");
    await animationFrame();
    expect(queryAllTexts(".o_timeline_facet")).toEqual([
        "Nancy Davolio",
        "Quotations and orders",
    ]);
    await contains(".o_timeline_facet:contains(Nancy)").click();
    expect.verifySteps(["fetch  models=sale.order"]);
});

test("search as you type, Escape clears", async () => {
    await mountTimeline(page([row(1)]));
    await press("/");
    expect(".o_timeline_search").toBeFocused();
    await contains(".o_timeline_search").edit("tea", { confirm: false });
    await runAllTimers();
    expect.verifySteps(["fetch ", "fetch  search=tea"]);
    await press("Escape");
    expect.verifySteps(["fetch "]);
});

test("a filter that found too little says how far it came", async () => {
    const first = ({ filters }) =>
        filters.search
            ? page([], { cursor: ["2025-03-02 09:00:00", 8], partial: true })
            : page([row(9)]);
    await mountTimeline(first, { older: [row(3, { date: "2024-03-02 09:00:00" })] });
    await contains(".o_timeline_search").edit("tea", { confirm: false });
    await runAllTimers();
    await animationFrame();
    expect(".o_timeline_end").toHaveText(/Looked back to March 2025/);
    await contains(".o_timeline_more").click();
    expect(".o_timeline_entry").toHaveCount(1);
    expect.verifySteps([
        "fetch ",
        "fetch  search=tea",
        "older than 2025-03-02 09:00:00,8",
    ]);
});

test("j and k walk, Enter opens the whole text", async () => {
    const details = { body: "<p>All of it</p>", hidden: false };
    await mountTimeline(page([row(2), row(1)]), {
        details: { ...details, participants: [], attachments: [], reason: false },
    });
    await press("j");
    await press("j");
    expect(".o_timeline_entry[data-id='1']").toBeFocused();
    await press("k");
    expect(".o_timeline_entry[data-id='2']").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(".o_timeline_body").toHaveText("All of it");
    expect.verifySteps(["fetch ", "details 2"]);
});

test("keys rest while somebody types", async () => {
    await mountTimeline(page([row(1)]));
    await contains(".o_quick_log_input").focus();
    await press("?");
    await press("j");
    expect(".o_quick_log_input").toBeFocused();
    expect(".modal").toHaveCount(0);
    await contains(".o_timeline_heading").click();
    await press("?");
    await animationFrame();
    expect(".o_timeline_help").toHaveCount(1);
    expect.verifySteps(["fetch "]);
});

test("archive asks why", async () => {
    await mountTimeline(page([row(4)]));
    await press("j");
    await contains(".o_timeline_more_actions").click();
    await contains(".o_timeline_archive").click();
    expect(".o_timeline_confirm").toHaveAttribute("disabled");
    await contains(".o_timeline_reason").edit("Wrong customer", { confirm: false });
    await contains(".o_timeline_confirm").click();
    await animationFrame();
    expect.verifySteps(["fetch ", 'archive [[4],"Wrong customer"]', "fetch "]);
});

test("a failed page can be tried again", async () => {
    let fails = true;
    const first = () => {
        if (fails) {
            throw makeServerError({ message: "Busy" });
        }
        return page([row(1)]);
    };
    await mountTimeline(first);
    expect(".o_timeline_error").toHaveText(/Busy/);
    fails = false;
    await contains(".o_timeline_error button").click();
    expect(".o_timeline_entry").toHaveCount(1);
    expect.verifySteps(["fetch ", "fetch "]);
});

test("a colleague's row comes in, older pages stay", async () => {
    let rows = [row(2)];
    const first = () => page(rows, { cursor: ["2026-05-05 09:00:00", 2] });
    await mountTimeline(first, { older: [row(1, { date: "2026-04-01 09:00:00" })] });
    await contains(".o_timeline_more").click();
    await waitForChannels(["crm_timeline/res.partner/3"]);
    rows = [row(3), row(2)];
    const bus = MockServer.env["bus.bus"];
    for (const id of [4, 3]) {
        const payload = { model: "res.partner", id };
        bus._sendone("crm_timeline/res.partner/3", "crm_timeline", payload);
    }
    await waitNotifications(["crm_timeline", { model: "res.partner", id: 3 }]);
    await runAllTimers();
    await animationFrame();
    expect(queryAllTexts(".o_timeline_subject")).toEqual([
        "Subject 3",
        "Subject 2",
        "Subject 1",
    ]);
    expect.verifySteps(["fetch ", "older than 2026-05-05 09:00:00,2", "fetch "]);
});
