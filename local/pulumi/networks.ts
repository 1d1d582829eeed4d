/** Networks: what the embedded AWS does not have, and says so of by whatever way one is asked for. */

/** What is wrong, and what to do about it. */
export const noNetworks = "the embedded AWS has no networks; leave network out of the stack's configuration."
