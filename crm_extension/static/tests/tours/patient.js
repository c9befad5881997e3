/** What Odoo's schema of a tour's step allows at most, in milliseconds. */
const PATIENCE = 60000;

/**
 * Give each step of a tour all the time Odoo allows: the browser shares the machine with
 * the tests beside it, and how fast a page comes is not what a tour is there to show.
 */
export function patient(steps) {
    return steps.map((step) => ({ timeout: PATIENCE, ...step }));
}
