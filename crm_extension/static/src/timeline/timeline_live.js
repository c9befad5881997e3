import { onWillUnmount, useEffect, useExternalListener } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

/** How many components listen to each channel: the last one closes it. */
const listeners = new Map();

function listen(bus, channel) {
    const count = listeners.get(channel) || 0;
    listeners.set(channel, count + 1);
    if (!count) {
        bus.addChannel(channel);
    }
}

function leave(bus, channel) {
    const count = listeners.get(channel) - 1;
    listeners.set(channel, count);
    if (!count) {
        bus.deleteChannel(channel);
    }
}

/**
 * Call back when something happened to the customer, at once in a visible window and
 * later in a hidden one.
 *
 * @param {() => string | undefined} getChannel `crm_timeline/MODEL/ID`
 * @param {() => void} callback
 */
export function useTimelineLive(getChannel, callback) {
    const bus = useService("bus_service");
    let waiting = false;
    const tell = useDebounced(() => {
        waiting = document.hidden;
        if (!waiting) {
            callback();
        }
    }, 300);
    const onSignal = ({ model, id }) => {
        if (`crm_timeline/${model}/${id}` === getChannel()) {
            tell();
        }
    };
    useEffect(
        (channel) => {
            if (channel) {
                listen(bus, channel);
                return () => leave(bus, channel);
            }
        },
        () => [getChannel()]
    );
    useExternalListener(document, "visibilitychange", () => waiting && tell());
    bus.subscribe("crm_timeline", onSignal);
    onWillUnmount(() => bus.unsubscribe("crm_timeline", onSignal));
}
