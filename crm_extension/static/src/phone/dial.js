import { isMobileOS } from "@web/core/browser/feature_detection";
import { patch } from "@web/core/utils/patch";
import { PhoneField } from "@web/views/fields/phone/phone_field";

/**
 * What a device dials: desk phones know extensions (RFC 3966), mobile phones
 * dial them after a pause.
 */
export function dialHref(tel, mobile = isMobileOS()) {
    return mobile ? tel.replace(";ext=", ",") : tel;
}

/** "+86 10 8888 8888 ext. 801" as a `tel:` address. */
export function hrefOf(text, mobile = isMobileOS()) {
    const [number, extension] = text.split(/\s*(?:ext\.?|;ext=)\s*/i);
    const digits = number.replace(/\s+/g, "");
    return dialHref(
        extension ? `tel:${digits};ext=${extension}` : `tel:${digits}`,
        mobile
    );
}

patch(PhoneField.prototype, {
    get phoneHref() {
        return hrefOf(this.props.record.data[this.props.name] || "");
    },
});
