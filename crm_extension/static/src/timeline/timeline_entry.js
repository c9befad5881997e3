import { Component, markup, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import {
    channelSentence,
    daysLate,
    formatWhen,
    openDocument,
    rowIcon,
    TONE_CLASS,
} from "./timeline_utils";

/** One row of the history; opened, it shows all that was said. */
export class TimelineEntry extends Component {
    static template = "crm_extension.TimelineEntry";
    static components = { Dropdown, DropdownItem };
    static props = {
        row: Object,
        customerId: { type: [Number, Boolean], optional: true },
        isFirst: { type: Boolean, optional: true },
        fetchDetails: Function,
        onArchive: Function,
        onEdit: Function,
        onMove: Function,
        onPlan: Function,
        onReply: Function,
    };

    setup() {
        this.action = useService("action");
        this.ui = useService("ui");
        this.toneClass = TONE_CLASS;
        this.state = useState({ open: false, details: null, error: "" });
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

    get canReply() {
        const { channel, partner } = this.props.row;
        return ["email", "sms"].includes(channel) && Boolean(partner);
    }

    get isAuthored() {
        return this.props.row.origin === "authored";
    }

    get body() {
        // the server sanitises it, when it is written and when it is sent
        // eslint-disable-next-line no-restricted-syntax
        return markup(this.state.details.body || "");
    }

    get domId() {
        return `o_timeline_entry_${this.props.row.id}`;
    }

    isImage(file) {
        return (file.mimetype || "").startsWith("image/");
    }

    // Actions

    /** Rows that say all in two lines lead to their document. */
    async toggle() {
        if (!this.props.row.more) {
            return this.props.row.document && this.openDocument();
        }
        this.state.open = !this.state.open;
        if (this.state.open && !this.state.details) {
            await this.load();
        }
    }

    async load() {
        this.state.error = "";
        try {
            this.state.details = await this.props.fetchDetails(this.props.row);
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    /** Enter on the row itself; its buttons keep their own Enter. */
    onKeydown(ev) {
        if (ev.target !== ev.currentTarget) {
            return;
        }
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.toggle();
        } else if (ev.key === "Escape" && this.state.open) {
            ev.stopPropagation();
            this.state.open = false;
        }
    }

    openDocument() {
        return openDocument(this.action, this.props.row.document);
    }
}
