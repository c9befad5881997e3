import { Component, useRef, useState } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { useFileUploader } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";

/**
 * Files of a draft: dropped on the line, pasted into it or chosen. They are uploaded at
 * once and belong to nobody but their author until the draft is saved.
 *
 * @param {{ el: HTMLElement }} target where files may be dropped
 * @param {{ id: number, name: string }[]} files reactive list of the draft
 */
export function useLogFiles(target, files) {
    const send = useFileUploader();
    const notification = useService("notification");
    const state = useState({
        isUploading: false,
        async upload(chosen) {
            state.isUploading = true;
            try {
                const answers = await send("/web/binary/upload_attachment", {
                    csrf_token: odoo.csrf_token,
                    ufile: chosen,
                    model: "crm.interaction",
                    id: 0,
                });
                files.push(...accepted(answers || []));
            } finally {
                state.isUploading = false;
            }
        },
    });
    const accepted = (answers) => {
        for (const { error } of answers.filter((answer) => answer.error)) {
            notification.add(error, { title: _t("Upload failed"), type: "danger" });
        }
        return answers
            .filter((answer) => answer.id)
            .map(({ id, filename }) => ({ id, name: filename }));
    };
    useDropzone(target, (ev) => state.upload([...ev.dataTransfer.files]));
    return state;
}

/** Paper clip and the files that hang on it. */
export class QuickLogFiles extends Component {
    static template = "crm_extension.QuickLogFiles";
    static props = { files: Array, upload: Function, isUploading: Boolean };

    setup() {
        this.input = useRef("input");
        this.files = useState(this.props.files);
        this.orm = useService("orm");
    }

    async choose(ev) {
        await this.props.upload([...ev.target.files]);
        this.input.el.value = "";
    }

    async remove(file) {
        const { files } = this;
        files.splice(
            files.findIndex((other) => other.id === file.id),
            1
        );
        await this.orm.silent.unlink("ir.attachment", [file.id]);
    }
}
