/** How late what the network says may reach us, and so how long to wait before silence is judged. */

/** A datagram may reach us this much later than one sent after it. */
export const LATE_MS = 2_000;

/** A packet reaches us at most this much after its time, by way of tcpdump's buffers: silence is judged after that. */
export const DELIVERY_MS = 1_000;
export const TOLD_AFTER_MS = LATE_MS + DELIVERY_MS;
