import { _t } from "@web/core/l10n/translation";

/**
 * Take back what one "Add" wrote. The page may be gone by then: the notification stands
 * above the quotation, which is read again.
 */
export async function undoAdd({ orm, action, notification }, orderId, batch) {
    const count = await orm.call("crm.quote", "quote_undo", [orderId, batch]);
    notification.add(
        count === 1 ? _t("1 line taken back.") : _t("%s lines taken back.", count),
        { type: "info" }
    );
    if (action.currentController?.action.tag !== "crm_extension.quote") {
        await action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
    }
}
