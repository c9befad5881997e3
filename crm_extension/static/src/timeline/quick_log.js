import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useBus, useService } from "@web/core/utils/hooks";
import { QuickLogFiles, useLogFiles } from "./quick_log_files";
import { QuickLogNext } from "./quick_log_next";
import { QuickLogPeople } from "./quick_log_people";
import { newToken, TimelineDraft } from "./timeline_draft";
import { CHANNELS, LOGGED_CHANNELS, quickDates, TONE_CLASS } from "./timeline_utils";

const { DateTime } = luxon;
const NO_CHOICES = { outcomes: [], activity_types: [], contacts: [] };

/**
 * Log a contact and plan the next step in one line; Ctrl+Enter saves.
 *
 * `bus` lets the timeline ask for something: `focus`, `plan` (with a summary), `report`
 * (on a to-do that this finishes).
 */
export class QuickLog extends Component {
    static template = "crm_extension.QuickLog";
    static components = { DateTimeInput, QuickLogFiles, QuickLogNext, QuickLogPeople };
    static props = {
        bus: Object,
        config: Object,
        choices: { type: [Object, { value: null }], optional: true },
        resModel: String,
        resId: Number,
        onOpen: Function,
        onSave: Function,
        onDetails: Function,
        onTodo: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.root = useRef("root");
        this.text = useRef("text");
        this.channels = LOGGED_CHANNELS.map((id) => ({ id, ...CHANNELS[id] }));
        this.toneClass = TONE_CLASS;
        this.draft = new TimelineDraft(this.props.resModel, this.props.resId);
        this.state = useState({ ...this.emptyState(), ...this.draft.load() });
        this.files = useLogFiles(this.root, this.state.files);
        useAutoresize(this.text, { minimumHeight: 34 });
        useHotkey("control+enter", () => this.save(), {
            area: () => this.root.el,
            bypassEditableProtection: true,
        });
        useHotkey("alt+shift+l", () => this.focus(), {
            bypassEditableProtection: true,
        });
        useBus(this.props.bus, "focus", () => this.focus());
        useBus(this.props.bus, "plan", ({ detail }) => this.plan(detail));
        useBus(this.props.bus, "report", ({ detail }) => this.report(detail));
        useEffect(
            () => this.keepDraft(),
            () => [JSON.stringify(this.state)]
        );
        onMounted(() => this.state.open && this.props.onOpen());
    }

    emptyState() {
        return {
            channel: this.props.config.default_channel,
            direction: "out",
            text: "",
            outcome: false,
            minutes: "",
            date: false,
            people: [],
            files: [],
            todo: null,
            open: false,
            next: { type: false, date: false, quick: "", time: "", summary: "" },
            attempt: null,
            busy: false,
            missing: false,
        };
    }

    /** The parts of the draft stay the same objects: their components hold them. */
    reset() {
        const { files, people, next } = this.state;
        files.splice(0);
        people.splice(0);
        Object.assign(next, this.emptyState().next);
        Object.assign(this.state, this.emptyState(), { files, people, next });
        this.draft.clear();
        this.props.onTodo(null);
    }

    /** Keep what a reload would lose, as soon as there is something to lose. */
    keepDraft() {
        const { values, nextStep } = this;
        if (values || nextStep || this.state.files.length) {
            this.draft.save({ ...this.state, busy: false, missing: false });
        } else {
            this.draft.clear();
        }
    }

    // What the template shows

    get placeholder() {
        return this.ui.isSmall
            ? _t("What was said?")
            : _t("What was said? Ctrl+Enter saves");
    }

    get choices() {
        return this.props.choices || NO_CHOICES;
    }

    get outcomes() {
        const { outcomes } = this.choices;
        return outcomes.filter((o) => !o.channel || o.channel === this.state.channel);
    }

    get hasDirection() {
        return this.state.channel !== "note";
    }

    get hasMinutes() {
        return ["call", "visit", "meeting", "chat"].includes(this.state.channel);
    }

    get now() {
        return DateTime.local();
    }

    // Actions

    open() {
        if (!this.state.open) {
            this.state.open = true;
            this.props.onOpen();
        }
    }

    focus() {
        this.open();
        this.text.el?.focus();
    }

    /** Only the next step is asked for; what is typed stays. */
    async plan(summary) {
        this.focus();
        await this.props.onOpen();
        const [, tomorrow] = quickDates();
        const { next } = this.state;
        Object.assign(next, {
            type: next.type || this.defaultNextType,
            date: next.date || tomorrow.date,
            quick: next.date ? next.quick : tomorrow.id,
            summary: next.summary || summary || "",
        });
    }

    /** Report on a to-do: the same line, the to-do is finished by saving. */
    report(todo) {
        this.state.todo = { id: todo.id, type: todo.type, summary: todo.summary };
        this.state.channel = todo.channel;
        this.props.onTodo(todo.id);
        this.focus();
    }

    /** After a call the next step is mostly a call again, and so on. */
    get defaultNextType() {
        const category = { call: "phonecall", visit: "meeting", meeting: "meeting" };
        const kinds = this.choices.activity_types;
        const same = kinds.find((k) => k.category === category[this.state.channel]);
        return (same || kinds[0])?.id || false;
    }

    setChannel(channel) {
        this.state.channel = channel;
        const outcome = this.outcomes.find((o) => o.id === this.state.outcome);
        this.state.outcome = outcome ? outcome.id : false;
        this.focus();
    }

    toggleDirection() {
        this.state.direction = this.state.direction === "out" ? "in" : "out";
    }

    toggleOutcome(outcome) {
        this.state.outcome = this.state.outcome === outcome.id ? false : outcome.id;
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && !this.values && !this.nextStep) {
            this.reset();
            this.text.el?.blur();
            ev.stopPropagation();
        }
    }

    onPaste(ev) {
        const files = [...(ev.clipboardData?.files || [])];
        if (files.length) {
            ev.preventDefault();
            this.open();
            this.files.upload(files);
        }
    }

    /** Values of the row; null when only a next step was planned. */
    get values() {
        const { state } = this;
        const text = state.text.trim();
        if (!text && !state.outcome && !state.todo && !state.files.length) {
            return null;
        }
        const [partner_id, ...participant_ids] = state.people;
        return {
            channel: state.channel,
            text,
            ...(this.hasDirection && { direction: state.direction }),
            ...(state.outcome && { outcome_id: state.outcome }),
            ...(this.hasMinutes &&
                state.minutes && { duration: parseInt(state.minutes, 10) || 0 }),
            ...(state.date && { date: serializeDateTime(state.date) }),
            ...(partner_id && { partner_id, participant_ids }),
            ...(state.files.length && {
                attachment_ids: state.files.map((file) => file.id),
            }),
            ...(state.todo && { activity_id: state.todo.id }),
        };
    }

    get nextStep() {
        const { next } = this.state;
        if (!next.type || !next.date) {
            return null;
        }
        const step = { activity_type_id: next.type, summary: next.summary || false };
        const [hour, minute] = next.time.split(":").map(Number);
        if (next.time) {
            step.deadline_at = serializeDateTime(next.date.set({ hour, minute }));
        } else {
            step.date_deadline = serializeDate(next.date);
        }
        return step;
    }

    /** The same content keeps its token, however often it has to be sent. */
    tokenFor(content) {
        if (this.state.attempt?.content !== content) {
            this.state.attempt = { content, token: newToken() };
        }
        return this.state.attempt.token;
    }

    async save() {
        const { values, nextStep } = this;
        this.state.missing = !values && !nextStep;
        if (this.state.missing) {
            return this.focus();
        }
        if (this.state.busy || this.files.isUploading) {
            return;
        }
        this.state.busy = true;
        try {
            const token = this.tokenFor(JSON.stringify([values, nextStep]));
            this.keepDraft();
            await this.props.onSave(values, nextStep, token);
            this.reset();
        } finally {
            this.state.busy = false;
        }
    }

    /** All fields in a dialog: long text, team, context. */
    openDetails() {
        const values = this.values || { channel: this.state.channel };
        this.props.onDetails(values, () => this.reset());
    }
}
