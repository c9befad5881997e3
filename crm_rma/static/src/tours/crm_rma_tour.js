import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** The first return of a new service desk: from the serial number to the bench. */
registry.category("web_tour.tours").add("crm_rma_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='crm_rma.crm_rma_menu_root']",
            content: _t("A customer has a problem? Warranty & Returns takes it in."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='crm_rma.crm_rma_menu_rma']",
            content: _t("Every return is an RMA. Open the list."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_list_button_add",
            content: _t("Create the first one."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='serial_scan'] input",
            content: _t(
                "Type or scan the serial number and press Enter: product, customer, delivery and warranty are found."
            ),
            tooltipPosition: "bottom",
            run: "edit TOUR-1 && press Enter",
        },
        {
            isActive: ["auto"],
            trigger: ".o_rma_verdict:contains(Covered until)",
        },
        {
            trigger: "button[name='action_approve']",
            content: _t(
                "Above stands whether it is covered, and why. Approve: the goods are expected."
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["auto"],
            trigger: "button[name='action_receive']:not(:disabled)",
        },
        {
            trigger: "[data-menu-xmlid='crm_rma.crm_rma_menu_board']",
            content: _t("The board shows where each unit lies."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_rma_scan input[name='rma_scan']",
            content: _t(
                "This field listens to the scanner. Scan the serial number again and press Enter."
            ),
            tooltipPosition: "bottom",
            run: "edit TOUR-1 && press Enter",
        },
        {
            trigger: ".o_rma_hand_actions .btn-primary",
            content: _t(
                "The unit is in your hand. Receive it; later, scan the label of a place and it lies there."
            ),
            tooltipPosition: "right",
            run: "click",
        },
        {
            isActive: ["auto"],
            trigger: ".o_rma_told .alert-success",
        },
    ],
});
