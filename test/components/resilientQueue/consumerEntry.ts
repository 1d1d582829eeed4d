/** A consumer for tests of infrastructure: nothing but an entry. */
export const consumerEntry = new URL("./fixtures/consumer.ts", import.meta.url)
