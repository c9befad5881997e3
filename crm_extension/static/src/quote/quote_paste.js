import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { ROLES } from "./quote_texts";

const MAX_FILE = 5 * 1024 * 1024;

/** Paste or type, or give a file; then say what a column means if the guess is wrong. */
export class QuotePaste extends Component {
    static template = "crm_extension.QuotePaste";
    static props = { model: Object };

    setup() {
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.model = useState(this.props.model);
        this.state = useState({ text: "", over: false });
        this.roles = ROLES;
        this.text = useAutofocus({ refName: "text" });
    }

    get hint() {
        return _t(
            "Copy from Excel, WPS, a mail or a chat. Headings are understood in English and Chinese and may be missing; the columns may stand in any order."
        );
    }

    get columns() {
        return this.model.columns;
    }

    /** A table is read as soon as it is pasted; words are read on Enter or the button. */
    onPaste(ev) {
        const text = ev.clipboardData?.getData("text/plain") || "";
        if (/\t|\n./.test(text) && !this.state.text.trim()) {
            ev.preventDefault();
            ev.stopPropagation();
            // From here on the keys belong to the rows.
            this.text.el.blur();
            this.model.readText(text);
        }
    }

    onKeydown(ev) {
        if (
            ev.key === "Enter" &&
            (ev.ctrlKey || ev.metaKey) &&
            this.state.text.trim()
        ) {
            ev.preventDefault();
            ev.stopPropagation();
            this.read();
        }
    }

    async read() {
        if (this.state.text.trim()) {
            await this.model.readText(this.state.text);
            this.state.text = "";
            this.text.el?.blur();
        }
    }

    onFile(ev) {
        const [file] = ev.target.files;
        ev.target.value = "";
        return this.readFile(file);
    }

    onDrop(ev) {
        this.state.over = false;
        return this.readFile(ev.dataTransfer.files[0]);
    }

    async readFile(file) {
        if (!file) {
            return;
        }
        if (file.size > MAX_FILE) {
            this.notification.add(_t("The file is larger than 5 megabytes."), {
                type: "danger",
            });
            return;
        }
        const url = await new Promise((resolve, reject) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result);
            reader.onerror = () => reject(reader.error);
            reader.readAsDataURL(file);
        });
        await this.model.readFile(url.split(",")[1] || "");
    }
}
