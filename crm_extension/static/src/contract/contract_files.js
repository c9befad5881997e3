import { Component, useRef, useState } from "@odoo/owl";
import {
    AlertDialog,
    ConfirmationDialog,
} from "@web/core/confirmation_dialog/confirmation_dialog";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile, url } from "@web/core/utils/urls";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const ICONS = [
    ["image/", "fa-file-image-o"],
    ["application/pdf", "fa-file-pdf-o"],
    ["spreadsheet", "fa-file-excel-o"],
    ["excel", "fa-file-excel-o"],
    ["presentation", "fa-file-powerpoint-o"],
    ["word", "fa-file-word-o"],
    ["text/", "fa-file-text-o"],
];

/** Icon of a file by its media type. */
export function fileIcon(mimetype) {
    const found = ICONS.find(([part]) => (mimetype || "").includes(part));
    return found ? found[1] : "fa-file-o";
}

/** What Odoo's file viewer wants of a version. */
export function viewerFile(version) {
    return Object.assign(new FileModel(), {
        id: version.attachment_id,
        name: version.name,
        mimetype: version.mimetype,
        type: "binary",
    });
}

/** A number that names one upload, so that a repeated request adds nothing. */
export function uploadToken() {
    const random = crypto.getRandomValues(new Uint32Array(4));
    return [...random].map((part) => part.toString(16).padStart(8, "0")).join("");
}

/**
 * `<widget name="contract_files"/>`: the files of a contract, each with its versions.
 *
 * A file that is dropped on the list is a new one; dropped on a file, it is the next
 * version of that file. A contract that is not saved yet is saved first.
 */
export class ContractFiles extends Component {
    static template = "crm_extension.ContractFiles";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.viewer = useFileViewer();
        this.root = useRef("root");
        this.input = useRef("input");
        this.state = useState({
            files: [],
            writable: false,
            limit: 0,
            isLoaded: false,
            isUploading: false,
            open: {},
        });
        this.target = false;
        useDropzone(this.root, (ev) => this.onDrop(ev));
        useRecordObserver((record) => this.follow(record));
    }

    get resId() {
        return this.props.record.resId;
    }

    /** A saved contract that was edited elsewhere is read again. */
    async follow(record) {
        const key = `${record.resId},${record.data.write_date || ""}`;
        if (key === this.key) {
            return;
        }
        this.key = key;
        if (record.resId) {
            this.show(await this.call("files_fetch"));
        } else {
            this.show({ files: [], writable: true, limit: 0 });
        }
    }

    call(method, ...args) {
        return this.orm.call("crm.contract", method, [[this.resId], ...args]);
    }

    show(answer) {
        Object.assign(this.state, answer, { isLoaded: true });
    }

    // Showing

    icon(version) {
        return fileIcon(version.mimetype);
    }

    when(version) {
        return deserializeDateTime(version.date).toRelative();
    }

    exactly(version) {
        return formatDateTime(deserializeDateTime(version.date));
    }

    current(file) {
        return file.versions.find((version) => version.is_current) || file.versions[0];
    }

    others(file) {
        return file.versions.filter((version) => !version.is_current);
    }

    toggle(file) {
        this.state.open[file.id] = !this.state.open[file.id];
    }

    downloadUrl(version) {
        return url(`/web/content/${version.attachment_id}`, { download: true });
    }

    isViewable(version) {
        return viewerFile(version).isViewable;
    }

    /** Preview, with the other versions to leaf through; else download. */
    preview(file, version) {
        const files = file.versions.map(viewerFile);
        const chosen = files[file.versions.indexOf(version)];
        if (chosen.isViewable) {
            this.viewer.open(chosen, files);
        } else {
            window.location.assign(this.downloadUrl(version));
        }
    }

    // Adding

    /** @param {Object} [file] gets a new version; without one, a file is added */
    choose(file) {
        this.target = file || false;
        this.input.el.value = "";
        this.input.el.click();
    }

    onChosen(ev) {
        return this.upload([...ev.target.files], this.target);
    }

    onDrop(ev) {
        const row = ev.target.closest?.("[data-file]");
        const file =
            row && this.state.files.find((f) => f.id === Number(row.dataset.file));
        return this.upload([...ev.dataTransfer.files], file);
    }

    async upload(chosen, file) {
        if (!chosen.length || this.state.isUploading) {
            return;
        }
        if (!this.resId && !(await this.props.record.save())) {
            return;
        }
        this.state.isUploading = true;
        try {
            for (const one of chosen) {
                await this.uploadOne(one, file);
            }
        } finally {
            this.state.isUploading = false;
        }
    }

    async uploadOne(one, file) {
        if (this.state.limit && one.size > this.state.limit) {
            this.dialog.add(AlertDialog, {
                title: _t("The file is too large"),
                body: _t("“%(name)s”: at most %(size)s MB.", {
                    name: one.name,
                    size: this.state.limit / 1024 / 1024,
                }),
            });
            return;
        }
        const data = (await getDataURLFromFile(one)).split(",")[1] || "";
        const args = [one.name, data, file ? file.id : false, "", uploadToken()];
        this.show(await this.call("file_upload", ...args));
    }

    // Changing

    async makeCurrent(version) {
        this.show(await this.call("file_choose", version.id));
    }

    remove(file, version) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Take the file away?"),
            body: _t("Version %(number)s of “%(name)s” will be gone for good.", {
                number: version.number,
                name: file.name,
            }),
            confirmLabel: _t("Take away"),
            confirm: async () => this.show(await this.call("file_remove", version.id)),
            cancel: () => {},
        });
    }

    async rename(file, ev) {
        const name = ev.target.value.trim();
        if (name && name !== file.name) {
            await this.orm.write("crm.contract.file", [file.id], { name });
            file.name = name;
        } else {
            ev.target.value = file.name;
        }
    }

    async saveNote(version, ev) {
        const note = ev.target.value.trim();
        if (note !== version.note) {
            await this.orm.write("crm.contract.version", [version.id], { note });
            version.note = note;
        }
    }
}

registry.category("view_widgets").add("contract_files", {
    component: ContractFiles,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
