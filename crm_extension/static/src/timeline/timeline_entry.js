import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import {
    channelSentence,
    daysLate,
    formatWhen,
    rowIcon,
    TONE_CLASS,
} from "./timeline_utils";

/** One row of the history. */
export class TimelineEntry extends Component {
    static template = "crm_extension.TimelineEntry";
    static props = {
        row: Object,
        customerId: { type: Number, optional: true },
        onEdit: Function,
    };

    setup() {
        this.action = useService("action");
        this.toneClass = TONE_CLASS;
    }

    get icon() {
        return rowIcon(this.props.row);
    }

    /** A document speaks for itself: its milestone is the headline. */
    get isDocument() {
        const { channel, headline } = this.props.row;
        return ["document", "service"].includes(channel) && Boolean(headline);
    }

    /** With whom, when it was not just "the customer". */
    get person() {
        const { partner } = this.props.row;
        return partner && partner.id !== this.props.customerId ? partner.name : "";
    }

    get sentence() {
        return this.isDocument
            ? this.props.row.headline
            : channelSentence(this.props.row);
    }

    get when() {
        return formatWhen(this.props.row.date);
    }

    get whenFull() {
        return formatDateTime(deserializeDateTime(this.props.row.date));
    }

    get late() {
        const days = daysLate(this.props.row);
        if (!days) {
            return "";
        }
        return days === 1 ? _t("logged a day later") : _t("logged %s days later", days);
    }

    openDocument() {
        const { model, id } = this.props.row.document;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
