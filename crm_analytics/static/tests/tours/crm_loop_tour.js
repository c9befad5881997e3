import { patient } from "@crm_extension/../tests/tours/patient";
import { registry } from "@web/core/registry";

/**
 * The whole loop through the three addons, as its users click it. The data (a customer
 * with an old order, a machine on stock) are made by `tests/test_loop_tour.py`, which
 * also keeps the pictures that `photo` asks for.
 */

const SERIAL = "VAC-0001";

/** Wait until everything is drawn, then ask the test for a picture. */
function photo(name) {
    return {
        content: `picture of ${name}`,
        trigger: "body:not(:has(.o_blockUI))",
        async run() {
            await new Promise((resolve) => setTimeout(resolve, 400));
            console.log(`photo:${name}`);
            await new Promise((resolve) => setTimeout(resolve, 600));
        },
    };
}

function click(trigger, content) {
    return { content: content || `click ${trigger}`, trigger, run: "click" };
}

function see(trigger, content) {
    return { content: content || `see ${trigger}`, trigger };
}

/** Press a button of the form's header and wait for the status it leads to. */
function press(button, status) {
    return [
        click(`.o_statusbar_buttons button[name=${button}]:enabled`),
        see(
            `.o_statusbar_status .o_arrow_button_current[data-value=${status}]`,
            `the status is ${status}`
        ),
    ];
}

/** Say yes to the question of a confirmation dialog. */
function confirm() {
    return click(".modal-footer .btn-primary:enabled", "confirm");
}

/** A visit is logged in one line, with the next step and its time. */
function logVisit() {
    return [
        see(".o_customer_timeline .o_quick_log"),
        photo("1-timeline-before"),
        click(".o_quick_log_channel[data-channel=visit]"),
        {
            trigger: ".o_quick_log_input",
            run: "edit Saw the kitchen: one more vacuum sealer for the second line",
        },
        click(".o_quick_log_outcome:first"),
        click(".o_quick_log_next_type:first"),
        click(".o_quick_log_quick_date[data-quick=tomorrow]"),
        {
            content: "give the next step a time of day",
            trigger: ".o_quick_log_next_time",
            run() {
                // Hoot's "edit" cannot fill an empty input of type "time"
                this.anchor.value = "14:30";
                this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        photo("2-quick-log"),
        { trigger: ".o_quick_log_input", run: "press ctrl+Enter" },
        see(".o_timeline_past :contains('Saw the kitchen')", "the visit is history"),
        see(".o_timeline_todo :contains('2:30')", "the next step has a time"),
        photo("3-timeline"),
    ];
}

/** The old order comes back as a quotation, which becomes an order. */
function quoteAgain() {
    return [
        click(
            ".o_timeline_past .o_timeline_document:contains('S0')",
            "open the old order"
        ),
        click(".o_statusbar_buttons button[name=action_open_quote_again]:enabled"),
        photo("4-quote-again"),
        click(".modal-footer button[name=action_quote_again]:enabled"),
        see(".o_statusbar_status .o_arrow_button_current[data-value=draft]"),
        photo("5-quotation"),
        ...press("action_confirm", "sale"),
    ];
}

/** The machine leaves with its serial number; the warranty starts. */
function deliver() {
    return [
        click("button[name=action_view_delivery]:enabled", "open the delivery"),
        see(".o_statusbar_status .o_arrow_button_current[data-value=assigned]"),
        ...press("button_validate", "done"),
    ];
}

/** The machine comes back, is repaired and goes home. */
function returnAndRepair() {
    return [
        click(".o_navbar_apps_menu button", "open the apps"),
        click(".dropdown-item[data-menu-xmlid='crm_rma.crm_rma_menu_root']"),
        click("[data-menu-xmlid='crm_rma.crm_rma_menu_rma']"),
        click(".o_list_button_add, .o-kanban-button-new"),
        {
            content: "scan the serial number",
            trigger: ".o_field_widget[name=serial_scan] input",
            run: `edit ${SERIAL}`,
        },
        { trigger: ".o_field_widget[name=serial_scan] input", run: "press Enter" },
        see(`.o_field_x2many .o_data_row :contains('${SERIAL}')`, "the unit is found"),
        see(
            ".o_field_widget[name=partner_id] input:value('Ernst Handel')",
            "so is its customer"
        ),
        click(".o_form_button_save:enabled"),
        see(".o_form_saved"),
        photo("6-rma-request"),
        ...press("action_approve", "expected"),
        ...press("action_receive", "received"),
        ...press("action_start_repair", "repair"),
        photo("7-rma-repair"),
        ...addPart(),
        ...press("action_finish_repair", "ready"),
        ...press("action_ship", "shipped"),
        click(".o_statusbar_buttons button[name=action_close]:enabled"),
        confirm(),
        see(".o_statusbar_status .o_arrow_button_current[data-value=closed]"),
        photo("8-rma-closed"),
    ];
}

/** A part is added where technicians add parts: in the repair order. */
function addPart() {
    return [
        click("button.oe_stat_button[name=action_view_repairs]:enabled"),
        click(
            ".o_field_widget[name=move_ids] .o_field_x2many_list_row_add button, .o_field_widget[name=move_ids] .o_field_x2many_list_row_add a"
        ),
        {
            content: "choose the part",
            trigger:
                ".o_field_widget[name=move_ids] .o_data_row [name=product_id] input",
            run: "edit Sealing strip",
        },
        click(".o-autocomplete--dropdown-item :contains('Sealing strip')"),
        click(".o_form_button_save:enabled"),
        see(".o_form_saved"),
        click(".breadcrumb-item.o_back_button a, .o_back_button", "back to the RMA"),
        see(".o_statusbar_buttons button[name=action_finish_repair]:enabled"),
    ];
}

/** What the manager sees: the whole life of the customer, then its figures. */
function readReport() {
    return [
        click(".o_navbar_apps_menu button", "open the apps"),
        click(
            ".dropdown-item[data-menu-xmlid='crm_analytics.crm_analytics_menu_root']"
        ),
        click("[data-menu-xmlid='crm_analytics.crm_analytics_menu_dashboard']"),
        click(
            "[data-menu-xmlid='crm_analytics.crm_analytics_dashboard_menu']",
            "open the dashboard"
        ),
        see(".o_spreadsheet_dashboard_action .o-scorecard", "it is drawn"),
        photo("9-dashboard"),
        click("[data-menu-xmlid='crm_analytics.crm_analytics_menu_report']"),
        click(
            "[data-menu-xmlid='crm_analytics.crm_customer_report_month_menu']",
            "open the report"
        ),
        {
            content: "the report is drawn",
            trigger: ".o_pivot table",
        },
        photo("10-report"),
    ];
}

registry.category("web_tour.tours").add("crm_loop_tour", {
    steps: () =>
        patient([
            ...logVisit(),
            ...quoteAgain(),
            ...deliver(),
            ...returnAndRepair(),
            ...readReport(),
        ]),
});
