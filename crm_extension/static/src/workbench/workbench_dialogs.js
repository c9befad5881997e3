import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { ArrangeList } from "@crm_extension/arrange/arrange_list";

const useCtrlEnter = (save) =>
    useHotkey("control+enter", save, { bypassEditableProtection: true });

/** A few words and one button; closes when they are saved, once. */
export class NoteDialog extends Component {
    static template = "crm_extension.WorkbenchNoteDialog";
    static components = { Dialog };
    static props = {
        title: String,
        question: { type: String, optional: true },
        placeholder: { type: String, optional: true },
        confirm: String,
        optional: { type: Boolean, optional: true },
        onSave: Function,
        close: Function,
    };

    setup() {
        this.text = useRef("text");
        this.state = useState({ text: "", busy: false, missing: false });
        useCtrlEnter(() => this.save());
        onMounted(() => this.text.el.focus());
    }

    async save() {
        const text = this.state.text.trim();
        this.state.missing = !text && !this.props.optional;
        if (this.state.missing || this.state.busy) {
            return this.text.el.focus();
        }
        this.state.busy = true;
        try {
            await this.props.onSave(text);
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** Choose one colleague; typing narrows the list. */
export class PeopleDialog extends Component {
    static template = "crm_extension.WorkbenchPeopleDialog";
    static components = { Dialog };
    static props = {
        title: String,
        question: { type: String, optional: true },
        confirm: String,
        people: Function,
        onSave: Function,
        close: Function,
    };

    setup() {
        this.search = useRef("search");
        this.state = useState({ people: [], text: "", chosen: false, busy: false });
        useCtrlEnter(() => this.save());
        onWillStart(async () => {
            this.state.people = await this.props.people();
        });
        onMounted(() => this.search.el.focus());
    }

    get found() {
        const text = this.state.text.trim().toLowerCase();
        return this.state.people.filter((p) => p.name.toLowerCase().includes(text));
    }

    get person() {
        const { found } = this;
        const { people, chosen } = this.state;
        return found.length === 1 ? found[0] : people.find((p) => p.id === chosen);
    }

    async save() {
        if (!this.person || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onSave(this.person);
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** Which buckets in which order, first channel, quiet hours, start page. */
export class SettingsDialog extends Component {
    static template = "crm_extension.WorkbenchSettingsDialog";
    static components = { ArrangeList, Dialog };
    static props = { load: Function, onSave: Function, close: Function };

    setup() {
        this.state = useState({ settings: null, busy: false });
        this.hours = [...Array(25).keys()];
        this.hourLabels = {
            quiet_from: _t("Quiet from"),
            quiet_to: _t("Quiet until"),
        };
        useCtrlEnter(() => this.save());
        onWillStart(async () => {
            this.state.settings = await this.props.load();
        });
    }

    /** All lists in the order of the addons; the other settings stay. */
    reset() {
        const { settings } = this.state;
        settings.buckets = settings.buckets
            .map((bucket) => ({ ...bucket, shown: true }))
            .sort((a, b) => a.sequence - b.sequence);
    }

    setHour(name, value) {
        this.state.settings[name] = value === "" ? false : parseInt(value, 10);
    }

    async save() {
        const { settings } = this.state;
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onSave({
                order: settings.buckets.map((bucket) => bucket.name),
                hidden: settings.buckets.filter((b) => !b.shown).map((b) => b.name),
                channel: settings.channel || false,
                quiet_from: settings.quiet_from,
                quiet_to: settings.quiet_to,
                remind: settings.remind,
                start_page: settings.start_page,
            });
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** All keys on one page. */
export class HelpDialog extends Component {
    static template = "crm_extension.WorkbenchHelpDialog";
    static components = { Dialog };
    static props = { close: Function };

    get keys() {
        return [
            ["j / k", _t("next / previous row")],
            ["Enter", _t("open the document")],
            ["d", _t("done, with the next step")],
            ["s", _t("put off")],
            ["c", _t("call")],
            ["n", _t("plan the next step")],
            ["r", _t("give to a colleague")],
            ["l", _t("log a contact with anybody")],
            ["x", _t("tick the row, for several at once")],
            ["u", _t("take back the last action")],
            ["/", _t("search")],
            ["1 - 9", _t("open a list")],
            ["← / →", _t("previous / next list")],
            ["Ctrl+Enter", _t("save a dialog")],
            ["?", _t("this page")],
        ];
    }
}
