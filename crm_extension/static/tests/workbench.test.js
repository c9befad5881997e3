import { expect, test } from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryFirst,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Reminder } from "@crm_extension/workbench/reminder_service";
import { isQuiet, telephone } from "@crm_extension/workbench/workbench_utils";

defineMailModels();

const tile = (name, title, count, values = {}) => ({
    name,
    title,
    count,
    icon: "fa-sun-o",
    tone: "",
    empty: `Nothing in ${title}`,
    ...values,
});

const row = (id, values = {}) => ({
    model: "mail.activity",
    res_id: id,
    activity_id: id,
    document: { model: "res.partner", id: 30 + id, name: `C${id}`, has_timeline: true },
    customer: { id: 30 + id, name: `Customer ${id}` },
    contact: false,
    phone: "+49 30 12",
    level: "A",
    date: "2026-05-05",
    at: false,
    what: `Call back ${id}`,
    icon: "fa-phone",
    badge: false,
    can_reassign: true,
    channel: "call",
    last: { date: "2026-05-01 09:00:00", channel: "call", user: "Nancy" },
    ...values,
});

const config = {
    default_channel: "call",
    outcomes: [
        { id: 1, name: "Reached", channel: "call", tone: "good" },
        { id: 2, name: "Met", channel: "visit", tone: "good" },
    ],
    activity_types: [{ id: 5, name: "Call", icon: "fa-phone", category: "phonecall" }],
};

const counts = (values = {}) => ({
    user: { id: 7, name: "Nancy" },
    readonly: false,
    can_lead: false,
    settings: {},
    config,
    headline: { date: "2026-05-05", done: 1, due: 2, overdue: 0 },
    buckets: [
        tile("overdue", "Overdue", 0),
        tile("today", "Today", 2),
        tile("planned", "Planned", 100),
    ],
    ...values,
});

const preview = (id) => ({
    model: "res.partner",
    id,
    title: `Customer ${id - 30}`,
    level: "A",
    phone: false,
    contact: false,
    last: false,
    upcoming: [],
    open: [],
    contacts: [],
});

/** A workbench with two rows today; `answers` of methods may be given. */
async function mountWorkbench(answers = {}) {
    mockDate("2026-05-05 10:00:00", 0);
    const state = { counts: counts(), rows: [row(1), row(2)], ...answers };
    onRpc("crm.workbench", "counts", () => state.counts);
    onRpc("crm.workbench", "bucket", ({ args, kwargs }) => {
        expect.step(`bucket ${args[0]} ${kwargs.search || ""}`.trim());
        return { rows: args[0] === "today" ? state.rows : [], cursor: false };
    });
    onRpc("crm.workbench", "target", () => state.target || false);
    onRpc("crm.workbench", "preview", ({ args }) => preview(args[1]));
    onRpc("crm.workbench", "finish", ({ args }) => {
        const [ref, values, next, token, reason] = args;
        const plan = next ? `next ${next.date_deadline}` : `because ${reason}`;
        expect.step(`finish ${ref.res_id} ${values?.text} ${plan}`);
        expect(token.length).toBe(32);
        state.rows = state.rows.filter((r) => r.res_id !== ref.res_id);
        return { undo: { kind: "finish", todo: ref.res_id } };
    });
    onRpc("crm.workbench", "snooze", async ({ args }) => {
        expect.step(`snooze ${args[0].map((r) => r.res_id).join()} ${args[1]}`);
        await state.slow;
        return { undo: { kind: "snooze" } };
    });
    onRpc("crm.workbench", "done", ({ args }) => {
        expect.step(`done ${args[0].map((r) => r.res_id).join()}`);
        return { undo: { kind: "done" } };
    });
    onRpc("crm.workbench", "undo", ({ args }) => {
        expect.step(`undo ${args[0].kind}`);
        return true;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_extension.workbench",
        params: answers.params || {},
    });
    await animationFrame();
    return state;
}

const names = () => queryAllTexts(".o_crm_row .fw-bold.text-truncate");

test.tags("desktop");
test("opens the first list that holds something", async () => {
    await mountWorkbench();
    expect.verifySteps(["bucket today"]);
    expect(names()).toEqual(["Customer 1", "Customer 2"]);
    expect(".o_crm_bucket[data-bucket=planned] .o_crm_count").toHaveText("99+");
    expect(".o_crm_day").toHaveText("done 1 · due 2 · overdue 0");
    expect(".o_crm_preview_title").toHaveText("Customer 1");
    expect(".o_crm_row:first .o_crm_row_last").toHaveText(
        "Last contact: 4 days ago · Call · Nancy"
    );
});

test.tags("desktop");
test("done and next step in one dialog, the row leaves and the count falls", async () => {
    await mountWorkbench();
    await press("d");
    await animationFrame();
    expect(".modal-title").toHaveText("Done: Customer 1");
    expect(queryAllTexts(".o_crm_done_outcome")).toEqual(["Reached"]);
    await contains(".o_crm_done_outcome").click();
    await contains(".o_crm_done_text").edit("Wants an offer", { confirm: false });
    await contains(".o_quick_log_next_type").click();
    await press("Control+Enter");
    await animationFrame();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect(names()).toEqual(["Customer 2"]);
    expect.verifySteps(["bucket today", "finish 1 Wants an offer next 2026-05-06"]);
});

test.tags("desktop");
test("without a next step it asks once and takes a reason", async () => {
    await mountWorkbench();
    await press("d");
    await animationFrame();
    await contains(".o_crm_done_text").edit("Closed down", { confirm: false });
    await contains(".o_crm_done_save").click();
    expect(".o_crm_done_ask").toHaveCount(1);
    await contains(".o_crm_done_save").click();
    expect(".o_crm_done_reason.is-invalid").toHaveCount(1);
    await contains(".o_crm_done_reason_chip:first").click();
    await animationFrame();
    expect.verifySteps([
        "bucket today",
        "finish 1 Closed down because Everything is done",
    ]);
});

test.tags("desktop");
test("a report needs a word or an outcome", async () => {
    await mountWorkbench();
    await press("d");
    await animationFrame();
    await contains(".o_crm_done_save").click();
    expect(".o_crm_done_text.is-invalid").toHaveCount(1);
    expect.verifySteps(["bucket today"]);
});

test.tags("desktop");
test("keys: j k x numbers and help", async () => {
    await mountWorkbench();
    await press("j");
    await animationFrame();
    expect(".o_crm_row_selected .fw-bold.text-truncate").toHaveText("Customer 2");
    await press("k");
    await animationFrame();
    expect(".o_crm_row_selected .fw-bold.text-truncate").toHaveText("Customer 1");
    await press("x");
    await animationFrame();
    expect(".o_crm_bulk").toHaveText(/1 selected/);
    await press("1");
    await animationFrame();
    expect(".o_crm_bucket.active").toHaveAttribute("data-bucket", "overdue");
    expect(".o_crm_empty:first").toHaveText("Nothing in Overdue");
    await press("?");
    await animationFrame();
    expect(".o_crm_help").toHaveCount(1);
    expect.verifySteps(["bucket today", "bucket overdue"]);
});

test.tags("desktop");
test("keys are letters while somebody types", async () => {
    await mountWorkbench();
    await press("/");
    await animationFrame();
    expect(queryFirst(".o_crm_search input")).toBe(document.activeElement);
    await contains(".o_crm_search input").edit("djs", { confirm: false });
    await advanceTime(300);
    expect(".modal").toHaveCount(0);
    expect.verifySteps(["bucket today", "bucket today djs"]);
});

test.tags("desktop");
test("put off, and take it back", async () => {
    await mountWorkbench();
    await press("s");
    await animationFrame();
    await contains(".o_crm_snooze [data-quick=tomorrow]").click();
    await animationFrame();
    expect(names()).toEqual(["Customer 2"]);
    expect.verifySteps(["bucket today", "snooze 1 2026-05-06"]);
    await contains(".o_notification_buttons button:contains(Undo)").click();
    await animationFrame();
    expect.verifySteps(["undo snooze", "bucket today"]);
    expect(names()).toEqual(["Customer 1", "Customer 2"]);
});

test.tags("desktop");
test("the month against the target comes after the page", async () => {
    await mountWorkbench({ target: { percent: 68.2, label: "month" } });
    expect(".o_crm_day_target").toHaveText("month 68 % of target");
    expect.verifySteps(["bucket today"]);
});

test.tags("desktop");
test("several rows at once", async () => {
    await mountWorkbench();
    await contains(".o_crm_row:eq(0) .o_crm_row_check").click();
    await contains(".o_crm_row:eq(1) .o_crm_row_check").click();
    await contains(".o_crm_bulk_done").click();
    await animationFrame();
    expect.verifySteps(["bucket today", "done 1,2", "bucket today"]);
});

test.tags("desktop");
test("a row that cannot be saved comes back", async () => {
    expect.errors(1);
    await mountWorkbench();
    onRpc("crm.workbench", "done", () => {
        throw new Error("deleted meanwhile");
    });
    await contains(".o_crm_row:eq(0) .o_crm_row_check").click();
    await contains(".o_crm_row:eq(1) .o_crm_row_check").click();
    await contains(".o_crm_bulk_done").click();
    await animationFrame();
    expect(names()).toEqual(["Customer 1", "Customer 2"]);
    expect.verifyErrors([/RPC_ERROR|deleted/]);
    expect.verifySteps(["bucket today"]);
});

test.tags("desktop");
test("a note under the customer", async () => {
    await mountWorkbench();
    await contains(".o_crm_note_line").edit("Send samples", { confirm: false });
    await contains(".o_crm_note_save").click();
    await animationFrame();
    expect.verifySteps([
        "bucket today",
        "finish 31 Send samples because false",
        "bucket today",
    ]);
    expect(names()).toEqual(["Customer 1", "Customer 2"]);
});

test.tags("desktop");
test("log a contact with anybody: the row proposes, the customer is chosen", async () => {
    const known = { id: serverState.partnerId, name: "Mitchell Admin" };
    await mountWorkbench({ rows: [row(1, { customer: known })] });
    await press("l");
    await animationFrame();
    expect(".modal-title").toHaveText("Log a contact");
    expect(".o_crm_done_customer input").toHaveValue("Mitchell Admin");
    await contains(".o_crm_done_text").edit("Rang about samples", { confirm: false });
    await press("Escape");
    await animationFrame();
    expect(".modal").toHaveCount(0);
    await press("l");
    await animationFrame();
    expect(".o_crm_done_text").toHaveValue("Rang about samples");
    await contains(".o_crm_done_save").click();
    await animationFrame();
    expect.verifySteps([
        "bucket today",
        "finish 31 Rang about samples because false",
        "bucket today",
    ]);
    await press("l");
    await animationFrame();
    expect(".o_crm_done_text").toHaveValue("");
});

test.tags("desktop");
test("without a customer the log asks for one", async () => {
    await mountWorkbench({ rows: [] });
    await press("l");
    await animationFrame();
    await contains(".o_crm_done_text").edit("Somebody rang", { confirm: false });
    await contains(".o_crm_done_save").click();
    expect(".modal .invalid-feedback").toHaveText("Choose with whom you spoke.");
    expect.verifySteps(["bucket today"]);
});

test.tags("desktop");
test("arrows walk the lists, a search goes on among all customers", async () => {
    await mountWorkbench();
    await press("ArrowRight");
    await animationFrame();
    expect(".o_crm_bucket.active").toHaveAttribute("data-bucket", "planned");
    await press("ArrowRight");
    await press("ArrowLeft");
    await animationFrame();
    expect(".o_crm_bucket.active").toHaveAttribute("data-bucket", "today");
    expect(".o_crm_search_all").toHaveCount(0);
    await contains(".o_crm_search input").edit("Ernst", { confirm: false });
    await advanceTime(300);
    expect(".o_crm_search_all").toHaveCount(1);
    expect.verifySteps([
        "bucket today",
        "bucket planned",
        "bucket today",
        "bucket today Ernst",
    ]);
});

test.tags("desktop");
test("each message takes back its own action", async () => {
    const slow = new Deferred();
    await mountWorkbench({ slow });
    await press("d");
    await animationFrame();
    await contains(".o_crm_done_text").edit("Spoke", { confirm: false });
    await contains(".o_crm_done_save").click();
    await contains(".o_crm_done_reason_chip:first").click();
    await animationFrame();
    await press("s");
    await animationFrame();
    await contains(".o_crm_snooze [data-quick=tomorrow]").click();
    await contains(".o_notification_buttons button:contains(Undo)").click();
    await animationFrame();
    slow.resolve();
    await animationFrame();
    await contains(".o_notification:contains(Put off) button:contains(Undo)").click();
    await animationFrame();
    expect.verifySteps([
        "bucket today",
        "finish 1 Spoke because Everything is done",
        "snooze 2 2026-05-06",
        "undo finish",
        "bucket today",
        "bucket today",
        "undo snooze",
        "bucket today",
    ]);
});

test.tags("desktop");
test("what happens elsewhere meanwhile does not take the way back", async () => {
    const state = await mountWorkbench();
    const slow = new Deferred();
    onRpc("crm.workbench", "counts", async () => {
        await slow;
        return state.counts;
    });
    await press("s");
    await animationFrame();
    await contains(".o_crm_snooze [data-quick=tomorrow]").click();
    await manuallyDispatchProgrammaticEvent(window, "focus");
    await advanceTime(500);
    slow.resolve();
    await animationFrame();
    expect(".o_notification:contains(Put off) button:contains(Undo)").toHaveCount(1);
    expect.verifySteps(["bucket today", "snooze 1 2026-05-06", "bucket today"]);
});

test.tags("desktop");
test("rows that were read before an action do not bring back what left", async () => {
    const state = await mountWorkbench();
    const reads = [new Deferred(), new Deferred()];
    onRpc("crm.workbench", "bucket", async () => {
        const { rows } = state;
        expect.step(`read ${rows.length}`);
        await reads.shift();
        return { rows, cursor: false };
    });
    const [before, during] = reads;
    await manuallyDispatchProgrammaticEvent(window, "focus");
    await advanceTime(500);
    state.slow = new Deferred();
    await press("s");
    await animationFrame();
    await contains(".o_crm_snooze [data-quick=tomorrow]").click();
    expect(names()).toEqual(["Customer 2"]);
    await manuallyDispatchProgrammaticEvent(window, "focus");
    await advanceTime(500);
    state.rows = [row(2)];
    state.slow.resolve();
    await animationFrame();
    before.resolve();
    during.resolve();
    await animationFrame();
    expect(names()).toEqual(["Customer 2"]);
    expect.verifySteps([
        "bucket today",
        "read 2",
        "snooze 1 2026-05-06",
        "read 2",
        "read 1",
    ]);
});

test.tags("desktop");
test("a colleague's workbench is read-only", async () => {
    await mountWorkbench({
        counts: counts({ readonly: true, config: undefined }),
        params: { user_id: 7 },
    });
    expect(".o_crm_head h1").toHaveText("Workbench of Nancy");
    expect(".o_crm_row_done, .o_crm_row_check, .o_crm_log, .o_crm_note").toHaveCount(0);
    await press("d");
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect.verifySteps(["bucket today"]);
});

test.tags("mobile");
test("a phone shows cards and a sheet with what can be done", async () => {
    await mountWorkbench();
    expect(".o_crm_row_card").toHaveCount(2);
    expect(".o_crm_row_actions, .o_crm_side").toHaveCount(0);
    await contains(".o_crm_row:first").click();
    await animationFrame();
    expect(".o_bottom_sheet .o_crm_sheet_done").toHaveCount(1);
    await contains(".o_crm_sheet_done").click();
    await animationFrame();
    expect(".modal-title").toHaveText("Done: Customer 1");
    expect.verifySteps(["bucket today"]);
});

test("quiet hours, over midnight or not", () => {
    const at = (hour) => luxon.DateTime.local(2026, 5, 5, hour);
    const night = { quiet_from: 20, quiet_to: 8 };
    expect([19, 20, 3, 8].map((h) => isQuiet(night, at(h)))).toEqual([
        false,
        true,
        true,
        false,
    ]);
    const noon = { quiet_from: 12, quiet_to: 14 };
    expect([11, 13, 14].map((h) => isQuiet(noon, at(h)))).toEqual([false, true, false]);
    expect(isQuiet({ quiet_from: false, quiet_to: 8 }, at(3))).toBe(false);
});

test("numbers for the telephone", () => {
    expect(telephone("+49 (30) 12-34")).toBe("tel:+49301234");
});

test("a to-do pops up at its time, once", async () => {
    mockDate("2026-05-05 10:00:00", 0);
    const shown = [];
    const settings = { quiet_from: false, quiet_to: false };
    const todos = [{ id: 1, at: "2026-05-05 10:30:00", what: "Call back", name: "X" }];
    const orm = { silent: { call: async () => ({ todos, ...settings }) } };
    const notification = { add: (text) => shown.push(text) && (() => {}) };
    const reminder = new Reminder({ orm, notification, action: {} });
    await reminder.load();
    await advanceTime(29 * 60000);
    expect(shown).toEqual([]);
    await reminder.load();
    await advanceTime(60000);
    expect(shown).toEqual(["Call back"]);
    await reminder.load();
    await advanceTime(60000);
    expect(shown).toEqual(["Call back"]);
});
