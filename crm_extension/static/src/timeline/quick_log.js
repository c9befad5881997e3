import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useService } from "@web/core/utils/hooks";
import { CHANNELS, LOGGED_CHANNELS, quickDates, TONE_CLASS } from "./timeline_utils";

const { DateTime } = luxon;

/** Log a contact and plan the next step in one line; Ctrl+Enter saves. */
export class QuickLog extends Component {
    static template = "crm_extension.QuickLog";
    static components = { DateTimeInput };
    static props = {
        config: Object,
        todo: { type: [Object, { value: null }], optional: true },
        onSave: Function,
        onDetails: Function,
        onCancelTodo: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.root = useRef("root");
        this.text = useRef("text");
        this.channels = LOGGED_CHANNELS.map((id) => ({ id, ...CHANNELS[id] }));
        this.toneClass = TONE_CLASS;
        this.state = useState(this.emptyState());
        useAutoresize(this.text, { minimumHeight: 34 });
        useHotkey("control+enter", () => this.save(), {
            area: () => this.root.el,
            bypassEditableProtection: true,
        });
        useHotkey("alt+shift+l", () => this.focus(), {
            bypassEditableProtection: true,
        });
        onMounted(() => this.props.todo && this.startTodo(this.props.todo));
    }

    emptyState() {
        return {
            channel: this.props.config.default_channel,
            direction: "out",
            text: "",
            outcome: false,
            minutes: "",
            date: false,
            open: false,
            next: this.emptyNext(),
            busy: false,
            missing: false,
        };
    }

    emptyNext() {
        return { type: false, date: false, quick: "", time: "", summary: "" };
    }

    // What the template shows

    get placeholder() {
        return this.ui.isSmall
            ? _t("What was said?")
            : _t("What was said? Ctrl+Enter saves");
    }

    get outcomes() {
        const { outcomes } = this.props.config;
        return outcomes.filter((o) => !o.channel || o.channel === this.state.channel);
    }

    get hasDirection() {
        return this.state.channel !== "note";
    }

    get hasMinutes() {
        return ["call", "visit", "meeting", "chat"].includes(this.state.channel);
    }

    get quickDates() {
        return quickDates();
    }

    /** After a call the next step is mostly a call again, and so on. */
    get defaultNextType() {
        const category = { call: "phonecall", visit: "meeting", meeting: "meeting" };
        const kinds = this.props.config.activity_types;
        const same = kinds.find((k) => k.category === category[this.state.channel]);
        return (same || kinds[0])?.id || false;
    }

    get now() {
        return DateTime.local();
    }

    // Actions

    focus() {
        this.state.open = true;
        this.text.el?.focus();
    }

    /** Report on a to-do: the same line, the to-do is finished by saving. */
    startTodo(todo) {
        this.state.channel = todo.channel;
        this.focus();
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

    toggleNextType(kind) {
        const next = this.state.next;
        if (next.type === kind.id) {
            Object.assign(next, this.emptyNext());
            return;
        }
        next.type = kind.id;
        if (!next.date) {
            this.setQuickDate(this.quickDates[1]);
        }
    }

    setQuickDate(quick) {
        this.setNextDate(quick.date);
        this.state.next.quick = quick.id;
    }

    setNextDate(date) {
        const next = this.state.next;
        next.date = date;
        next.quick = "";
        if (date && !next.type) {
            next.type = this.defaultNextType;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && !this.state.text) {
            this.cancel();
            ev.stopPropagation();
        }
    }

    cancel() {
        Object.assign(this.state, this.emptyState());
        this.props.onCancelTodo();
    }

    /** Values of the row; null when only a next step was planned. */
    get values() {
        const state = this.state;
        if (!state.text.trim() && !state.outcome && !this.props.todo) {
            return null;
        }
        const values = { channel: state.channel, text: state.text.trim() };
        if (this.hasDirection) {
            values.direction = state.direction;
        }
        if (state.outcome) {
            values.outcome_id = state.outcome;
        }
        if (this.hasMinutes && state.minutes) {
            values.duration = parseInt(state.minutes, 10) || 0;
        }
        if (state.date) {
            values.date = serializeDateTime(state.date);
        }
        if (this.props.todo) {
            values.activity_id = this.props.todo.id;
        }
        return values;
    }

    get nextStep() {
        const next = this.state.next;
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

    async save() {
        const { values, nextStep } = this;
        this.state.missing = !values && !nextStep;
        if (this.state.missing) {
            return this.focus();
        }
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onSave(values, nextStep);
            Object.assign(this.state, this.emptyState());
        } finally {
            this.state.busy = false;
        }
    }

    /** All fields in a dialog: participants, attachments, long text. */
    openDetails() {
        const values = this.values || { channel: this.state.channel };
        this.props.onDetails(values, () =>
            Object.assign(this.state, this.emptyState())
        );
    }
}
