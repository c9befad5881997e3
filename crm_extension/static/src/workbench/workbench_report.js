import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { DoneDialog } from "./done_dialog";
import { rowKey } from "./workbench_utils";

/**
 * Reports of the workbench: the dialog for what was said and what comes next.
 *
 * What was typed and not saved waits for the next time the dialog is opened on the same
 * row, as long as the page is open: a telephone rings when it likes.
 *
 * @param {Object} bench the workbench: `model`, `state.config` and `told(message)`
 */
export function useWorkbenchReport(bench) {
    const dialog = useService("dialog");
    const drafts = new Map();

    function open(row, { mode, channel = false, text = "", pick = false }) {
        const key = pick ? "log" : `${mode} ${rowKey(row)}`;
        dialog.add(DoneDialog, {
            row,
            mode,
            channel,
            pick,
            draft: { ...drafts.get(key), ...(text && { text }) },
            config: bench.state.config,
            onLeave: (draft) => (draft ? drafts.set(key, draft) : drafts.delete(key)),
            onDetails: (values) => openForm(values),
            onSave: async (report) => {
                const isDone = mode === "done";
                await (isDone
                    ? bench.model.finish(row, report)
                    : bench.model.log(report.row || row, report));
                bench.told(isDone ? _t("Done") : _t("Logged"));
            },
        });
    }

    /** All fields: participants, files, a caller nobody knows. */
    function openForm({ text, ...values }) {
        const context = { default_subject: text };
        for (const [name, value] of Object.entries(values)) {
            context[`default_${name}`] = value;
        }
        dialog.add(FormViewDialog, {
            resModel: "crm.interaction",
            title: _t("Log an Interaction"),
            size: "lg",
            canExpand: false,
            context,
            onRecordSaved: () => bench.model.refresh(),
        });
    }

    return {
        open,

        /** Log a contact with anybody; the selected row only proposes whom. */
        log(row) {
            open(row || {}, { mode: "log", pick: true });
        },
    };
}
