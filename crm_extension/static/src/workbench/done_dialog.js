import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { QuickLogNext } from "../timeline/quick_log_next";
import { newToken } from "../timeline/timeline_draft";
import { CHANNELS, LOGGED_CHANNELS, TONE_CLASS } from "../timeline/timeline_utils";

const CATEGORY = { call: "phonecall", visit: "meeting", meeting: "meeting" };
const TIMED = ["call", "visit", "meeting", "chat"];

/** What is kept of a dialog that was closed before it was saved. */
const DRAFT = ["channel", "outcome", "text", "minutes", "next", "partnerId"];

/**
 * Done + next in one dialog: what came of it, and what comes next.
 *
 * `mode` is "done" (finish the row), "log" (the row stays) or "plan" (only the next
 * step). Saving without a next step asks once; "none" is an answer with a reason.
 * With `pick` the customer can be chosen; the report is then about `report.row`.
 * `onLeave` gets what was typed and not saved, or null; `draft` brings it back.
 */
export class DoneDialog extends Component {
    static template = "crm_extension.WorkbenchDoneDialog";
    static components = { Dialog, QuickLogNext, RecordSelector };
    static props = {
        row: Object,
        config: Object,
        mode: { type: String, optional: true },
        channel: { type: [String, Boolean], optional: true },
        draft: { type: Object, optional: true },
        pick: { type: Boolean, optional: true },
        onDetails: { type: Function, optional: true },
        onLeave: { type: Function, optional: true },
        onSave: Function,
        close: Function,
    };
    static defaultProps = { mode: "done", draft: {} };

    setup() {
        this.text = useRef("text");
        this.reason = useRef("reason");
        this.token = newToken();
        this.toneClass = TONE_CLASS;
        this.channels = LOGGED_CHANNELS.map((id) => ({ id, ...CHANNELS[id] }));
        this.state = useState({
            channel: this.firstChannel,
            outcome: false,
            text: "",
            minutes: "",
            partnerId: this.rowPartnerId,
            next: { type: false, date: false, quick: "", time: "", summary: "" },
            ...this.props.draft,
            asking: false,
            reason: "",
            missing: false,
            busy: false,
        });
        useHotkey("control+enter", () => this.save(), {
            bypassEditableProtection: true,
        });
        onMounted(() => this.text.el?.focus());
        onWillUnmount(() => this.props.onLeave?.(this.isSaved ? null : this.unsaved));
    }

    get unsaved() {
        const { text, minutes, outcome } = this.state;
        const isEmpty = !text.trim() && !minutes && !outcome && !this.nextStep;
        return isEmpty
            ? null
            : Object.fromEntries(DRAFT.map((name) => [name, this.state[name]]));
    }

    get rowPartnerId() {
        const { contact, customer } = this.props.row;
        return contact?.id || customer?.id || false;
    }

    get firstChannel() {
        const { channel, row, config } = this.props;
        return channel || row.channel || config.default_channel;
    }

    get title() {
        const { row, mode, pick } = this.props;
        if (pick) {
            return _t("Log a contact");
        }
        const name = row.customer?.name || row.document?.name || row.what;
        const titles = {
            done: _t("Done: %s", name),
            log: _t("Log: %s", name),
            plan: _t("Next step: %s", name),
        };
        return titles[mode];
    }

    get outcomes() {
        const { outcomes } = this.props.config;
        return outcomes.filter((o) => !o.channel || o.channel === this.state.channel);
    }

    get hasMinutes() {
        return TIMED.includes(this.state.channel);
    }

    get hasTimeline() {
        return this.props.pick || Boolean(this.props.row.document?.has_timeline);
    }

    /** The report is about the row: its customer, or its lead without one. */
    get isAboutRow() {
        const { row } = this.props;
        const isSame = this.state.partnerId === this.rowPartnerId;
        return isSame && Boolean(row.document?.has_timeline);
    }

    /** Whom the report is about, when it is not the row of the list. */
    get pickedRow() {
        const document = { model: "res.partner", id: this.state.partnerId };
        return this.props.pick && !this.isAboutRow && { document };
    }

    get customerHint() {
        const { name } = this.props.row.document || {};
        return (this.isAboutRow && name) || _t("Name or phone number");
    }

    get defaultType() {
        const kinds = this.props.config.activity_types;
        const wanted = CATEGORY[this.state.channel];
        return (
            (kinds.find((kind) => kind.category === wanted) || kinds[0])?.id || false
        );
    }

    setChannel(channel) {
        this.state.channel = channel;
        if (!this.outcomes.some((outcome) => outcome.id === this.state.outcome)) {
            this.state.outcome = false;
        }
    }

    toggleOutcome(outcome) {
        this.state.outcome = this.state.outcome === outcome.id ? false : outcome.id;
        this.text.el?.focus();
    }

    get values() {
        const { channel, outcome, text, minutes } = this.state;
        return {
            channel,
            text: text.trim(),
            ...(outcome && { outcome_id: outcome }),
            ...(this.hasMinutes && minutes && { duration: parseInt(minutes, 10) || 0 }),
        };
    }

    get nextStep() {
        const { type, date, time, summary } = this.state.next;
        if (!type || !date) {
            return null;
        }
        const [hour, minute] = time.split(":").map(Number);
        const due = time
            ? { deadline_at: serializeDateTime(date.set({ hour, minute })) }
            : { date_deadline: serializeDate(date) };
        return { activity_type_id: type, summary: summary || false, ...due };
    }

    /** What is missing before it can be saved, or nothing. */
    get gap() {
        const { text, outcome, partnerId } = this.state;
        const isReport = this.props.mode !== "plan";
        if (this.props.pick && !partnerId && !this.isAboutRow) {
            return "customer";
        }
        if (isReport && this.hasTimeline && !text.trim() && !outcome) {
            return "text";
        }
        return this.props.mode === "plan" && !this.nextStep ? "next" : "";
    }

    async save() {
        this.state.missing = this.gap;
        if (this.state.missing === "text") {
            this.text.el.focus();
        }
        if (this.state.missing || this.state.busy) {
            return;
        }
        const needsAnswer = this.props.mode === "done" && !this.nextStep;
        if (needsAnswer && !this.state.asking) {
            this.state.asking = true;
            return;
        }
        if (needsAnswer && !this.state.reason.trim()) {
            this.reason.el?.focus();
            this.state.missing = "reason";
            return;
        }
        await this.send();
    }

    async send() {
        this.state.busy = true;
        try {
            await this.props.onSave({
                values: this.props.mode === "plan" ? null : this.values,
                nextStep: this.nextStep,
                reason: this.nextStep ? false : this.state.reason.trim(),
                token: this.token,
                ...(this.pickedRow && { row: this.pickedRow }),
            });
            this.isSaved = true;
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }

    /** Participants, files, a caller nobody knows: the form with all fields. */
    openDetails() {
        const { partnerId: partner_id } = this.state;
        this.isSaved = true;
        this.props.close();
        this.props.onDetails({ ...this.values, ...(partner_id && { partner_id }) });
    }

    chooseReason(reason) {
        this.state.reason = reason;
        return this.save();
    }

    get reasons() {
        return [
            _t("Everything is done"),
            _t("They get back to us"),
            _t("No interest any more"),
        ].map(String);
    }
}
