import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { WarrantyVerdict } from "@crm_rma/warranty_verdict/warranty_verdict";

const REMEMBERED = 6;

/**
 * Type or scan a serial number, or the code of a warranty card, and read the verdict.
 * One call for each answer; the last ones stay within reach.
 */
export class WarrantyCheck extends Component {
    static template = "crm_rma.WarrantyCheck";
    static components = { Layout, WarrantyVerdict };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Check a Warranty");
    static path = "check-warranty";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.input = useRef("input");
        this.display = { controlPanel: {} };
        this.canScan = isBarcodeScannerSupported();
        this.state = useState({ text: "", asked: "", answer: null, last: [] });
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => {
            if (detail.target !== this.input.el) {
                this.check(detail.barcode);
            }
        });
        onMounted(() => this.start());
    }

    start() {
        const serial = this.props.action.params?.serial;
        if (serial) {
            this.check(serial);
        } else {
            this.input.el?.focus();
        }
    }

    async check(text = this.state.text) {
        const asked = text.trim();
        if (!asked) {
            return;
        }
        this.state.text = asked;
        const answer = await this.keepLast.add(
            this.orm.call("warranty.registration", "check_serial", [asked])
        );
        Object.assign(this.state, { answer, asked });
        this.state.last = [
            asked,
            ...this.state.last.filter((serial) => serial !== asked),
        ].slice(0, REMEMBERED);
        this.input.el?.select();
    }

    async scan() {
        const barcode = await scanBarcode(this.env);
        if (barcode) {
            await this.check(barcode);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.check();
        }
    }

    open(found) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "warranty.registration",
            res_id: found.id,
            views: [[false, "form"]],
        });
    }

    async run(found, method) {
        const action = await this.orm.call("warranty.registration", method, [
            [found.id],
        ]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("crm_rma.warranty_check", WarrantyCheck);
