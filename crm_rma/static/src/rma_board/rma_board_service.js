import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const QUIET = "crm_rma.board.quiet";
const STAYS = 8000;

/** Two short tones tell the hands what the eyes need not look at. */
function beep(isGood) {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) {
        return;
    }
    const context = new Context();
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = isGood ? 880 : 220;
    gain.gain.value = 0.08;
    tone.connect(gain).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + (isGood ? 0.09 : 0.35));
    tone.onended = () => context.close();
}

/**
 * What was done last on the board, told in a sentence with *Undo*. Dragging, scanning
 * and the buttons of the cards all end here.
 */
export const rmaBoardService = {
    dependencies: ["orm", "notification"],

    start(env, { orm, notification }) {
        const bus = new EventBus();
        const state = reactive({
            undo: [],
            message: "",
            isBad: false,
            bars: 0,
            isQuiet: browser.localStorage.getItem(QUIET) === "1",
        });
        let closeLast = () => {};

        function sound(isGood) {
            if (state.isQuiet) {
                return;
            }
            beep(isGood);
            if (!isGood) {
                browser.navigator.vibrate?.(200);
            }
        }

        /** Where no scan bar says it. */
        function notify(message) {
            const buttons = state.undo.length
                ? [{ name: _t("Undo"), icon: "fa-undo", onClick: undo }]
                : [];
            return notification.add(message, {
                type: "success",
                buttons,
                autocloseDelay: STAYS,
            });
        }

        /** @param {{message: string, undo: number[]}} answer of the server */
        function tell(answer) {
            Object.assign(state, {
                undo: answer.undo || [],
                message: answer.message,
                isBad: false,
            });
            closeLast();
            if (!state.bars) {
                closeLast = notify(answer.message);
            }
            sound(true);
            bus.trigger("done", answer);
        }

        function refuse(message) {
            Object.assign(state, { message, isBad: true });
            sound(false);
        }

        async function undo() {
            const moves = state.undo;
            if (!moves.length) {
                return;
            }
            state.undo = [];
            closeLast();
            tell(await orm.call("crm.rma.line", "board_undo", [moves]));
        }

        function toggleSound() {
            state.isQuiet = !state.isQuiet;
            browser.localStorage.setItem(QUIET, state.isQuiet ? "1" : "0");
            sound(true);
        }

        return { bus, state, tell, refuse, undo, toggleSound };
    },
};

registry.category("services").add("crm_rma.board", rmaBoardService);

/** What a button of a card has done. */
registry.category("actions").add("crm_rma.board_told", (env, action) => {
    env.services["crm_rma.board"].tell(action.params);
});
