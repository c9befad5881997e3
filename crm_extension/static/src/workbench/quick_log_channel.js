import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { QuickLog } from "../timeline/quick_log";

/** The quick log starts with the channel that the person prefers (X25). */
patch(QuickLog.prototype, {
    emptyState() {
        const own = user.settings?.crm_workbench?.channel;
        const state = super.emptyState();
        return own ? { ...state, channel: own } : state;
    },
});
