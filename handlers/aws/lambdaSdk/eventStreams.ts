/**
 * The SDK's event streams, which none of the operations of a queue, a table, a topic or a bucket's objects has. In a bundle
 * this stands in their place. They would come with all that they share with the rest of the SDK, used or not: what is
 * imported when it is needed cannot be tree-shaken in a bundle of one file.
 */

/** Refuses an operation that has an event stream. */
export class EventStreamSerde {
  constructor() {
    throw new Error("An operation with an event stream was called; bundles are made without them.")
  }
}

/** What S3's client asks for when it is made, and uses in `SelectObjectContent` only. */
export const eventStreamSerdeProvider = (): Record<string, never> => ({})

/** The configuration as it is. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config
