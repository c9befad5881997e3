import { Component } from "@odoo/owl";
import {
    channelSentence,
    CHANNELS,
    formatDue,
    formatWhen,
} from "../timeline/timeline_utils";
import { formatLastDay, telephone } from "./workbench_utils";

/** Who the selected row is about: next, open, the last three contacts. */
export class WorkbenchPreview extends Component {
    static template = "crm_extension.WorkbenchPreview";
    static props = {
        preview: Object,
        openRecord: Function,
    };

    setup() {
        this.formatDue = formatDue;
        this.formatWhen = formatWhen;
        this.channelSentence = channelSentence;
        this.telephone = telephone;
    }

    get icons() {
        return CHANNELS;
    }

    get last() {
        const { last } = this.props.preview;
        return last && [formatLastDay(last), last.user].filter(Boolean).join(" · ");
    }
}
