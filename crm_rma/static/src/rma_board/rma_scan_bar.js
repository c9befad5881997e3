import {
    Component,
    onMounted,
    onWillDestroy,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { confirmShipping } from "@crm_rma/rma_board/rma_board_model";

const HAND_LIMIT = 200;

/**
 * The hand of the person at the bench. A scanned unit is seen and lies in the hand; a
 * scanned place receives what is in the hand. Codes are worked off one after the other,
 * however fast they come.
 */
export class RmaScanBar extends Component {
    static template = "crm_rma.ScanBar";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.board = useService("crm_rma.board");
        this.last = useState(this.board.state);
        this.input = useRef("input");
        this.mutex = new Mutex();
        this.canScan = isBarcodeScannerSupported();
        this.state = useState({
            text: "",
            hand: [],
            places: [],
            collects: false,
            free: "",
        });
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => {
            if (detail.target !== this.input.el) {
                this.scan(detail.barcode);
            }
        });
        useBus(this.board.bus, "done", ({ detail }) =>
            this.refresh(detail.units || [])
        );
        useExternalListener(document, "focusout", () =>
            browser.setTimeout(() => this.focus())
        );
        if (this.env.searchModel) {
            useBus(this.env.searchModel, "update", () => this.takeFocus());
        }
        useHotkey("alt+z", () => this.undo(), { bypassEditableProtection: true });
        onWillDestroy(() => this.board.state.bars--);
        this.board.state.bars++;
        this.board.state.message = "";
        onMounted(async () => {
            this.takeFocus();
            this.state.places = await this.orm.call("crm.rma.line", "board_places", []);
        });
    }

    /** The field has the focus whenever nothing else wants it. */
    focus() {
        if (!document.activeElement || document.activeElement === document.body) {
            this.takeFocus();
        }
    }

    /** Not on a phone, where the keyboard would cover half of the board. */
    takeFocus() {
        if (!hasTouch() && !document.querySelector(".o_dialog")) {
            this.input.el?.focus({ preventScroll: true });
        }
    }

    get ids() {
        return this.state.hand.map((unit) => unit.id);
    }

    /** Steps that every unit in the hand allows. */
    get steps() {
        const [first, ...others] = this.state.hand;
        return (first?.steps || [])
            .filter(
                ({ step }) => (step !== "decide" && step !== "quote") || !others.length
            )
            .filter(({ step }) =>
                others.every((unit) => unit.steps.some((other) => other.step === step))
            );
    }

    get lastClass() {
        return this.last.isBad ? "alert-danger" : "alert-success";
    }

    get lastIcon() {
        return this.last.isBad ? "fa-exclamation-triangle" : "fa-check";
    }

    get soundTitle() {
        return this.last.isQuiet ? _t("Sounds are off") : _t("Sounds are on");
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    // -------------------------------------------------------------------------
    // Scan
    // -------------------------------------------------------------------------

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            const text = this.state.text;
            this.state.text = "";
            this.scan(text);
        } else if (ev.key === "Escape" && !this.state.text) {
            this.clear();
        }
    }

    scan(code) {
        if (!code.trim()) {
            return;
        }
        return this.mutex.exec(() => this.attempt(() => this.understand(code)));
    }

    async understand(code) {
        const answer = await this.orm.silent.call("crm.rma.line", "board_scan", [code]);
        this.state.free = "";
        if (answer.kind === "place") {
            return this.carry(answer.place, answer.location_id, answer.label);
        }
        if (answer.kind === "units") {
            return this.take(answer.units);
        }
        this.state.free = answer.serial || "";
        this.board.refuse(answer.message);
    }

    take(units) {
        const isNew = (unit) => !this.ids.includes(unit.id);
        const kept = this.state.collects ? this.state.hand : [];
        const known = kept.filter((old) => units.every((unit) => unit.id !== old.id));
        const isFull = units.filter(isNew).length + known.length > HAND_LIMIT;
        if (isFull) {
            return this.board.refuse(
                _t("No more than %s units at a time.", HAND_LIMIT)
            );
        }
        this.state.hand = [...units, ...known];
        this.board.state.message = "";
    }

    async carry(place, locationId = false, label = "") {
        const count = this.state.hand.length;
        if (!count) {
            return this.board.refuse(
                _t("Scan a unit first, then the place: %s", label)
            );
        }
        if (place === "shipped" && !(await confirmShipping(this.dialog, count))) {
            return;
        }
        const answer = await this.orm.silent.call("crm.rma.line", "board_move", [
            this.ids,
            place,
            locationId,
        ]);
        this.state.hand = this.state.collects ? [] : answer.units;
        this.board.tell(answer);
    }

    /** What stands in the way is said where people look, with the deep tone. */
    async attempt(act) {
        try {
            await act();
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.board.refuse(error.data?.message || error.message);
        }
        this.takeFocus();
    }

    // -------------------------------------------------------------------------
    // Buttons
    // -------------------------------------------------------------------------

    moveTo([place, label]) {
        return this.mutex.exec(() =>
            this.attempt(() => this.carry(place, false, label))
        );
    }

    doStep({ step }) {
        return this.mutex.exec(() =>
            this.attempt(async () => {
                const isAway = step === "ship";
                const count = this.state.hand.length;
                if (isAway && !(await confirmShipping(this.dialog, count))) {
                    return;
                }
                const answer = await this.orm.silent.call(
                    "crm.rma.line",
                    "board_step_do",
                    [this.ids, step]
                );
                if (answer.action) {
                    const onClose = () => this.reload();
                    return this.action.doAction(answer.action, { onClose });
                }
                this.board.tell(answer);
            })
        );
    }

    undo() {
        return this.mutex.exec(() => this.attempt(() => this.board.undo()));
    }

    async reload() {
        const units = await this.orm.call("crm.rma.line", "board_cards", [this.ids]);
        this.board.bus.trigger("done", { units });
    }

    /** Units in the hand as they are now. */
    refresh(units) {
        const news = Object.fromEntries(units.map((unit) => [unit.id, unit]));
        this.state.hand = this.state.hand.map((unit) => news[unit.id] || unit);
    }

    async camera() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.scan(code);
        }
    }

    clear() {
        this.state.hand = [];
        this.state.free = "";
        this.board.state.message = "";
        this.focus();
    }

    drop(unit) {
        this.state.hand = this.state.hand.filter((other) => other.id !== unit.id);
    }

    open(unit) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.rma",
            res_id: unit.rma_id,
            views: [[false, "form"]],
        });
    }

    checkFree() {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_rma.warranty_check",
            params: { serial: this.state.free },
        });
    }

    print() {
        return this.orm
            .call("crm.rma.line", "action_print_label", [this.ids])
            .then((action) => this.action.doAction(action));
    }
}
