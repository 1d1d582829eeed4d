/** The parts of `@aws-sdk/client-sqs` that are used, answering at once: in its place where the SDK is not measured. */

/** A command, with its input as the SDK's have it. */
class Command {
  readonly input: unknown

  constructor(input: unknown) {
    this.input = input
  }
}

/** Sends a message. */
export class SendMessageCommand extends Command {}
/** Sends messages. */
export class SendMessageBatchCommand extends Command {}
/** Changes when a message is visible. */
export class ChangeMessageVisibilityCommand extends Command {}
/** Changes when messages are visible; not sent by what is measured. */
export class ChangeMessageVisibilityBatchCommand extends Command {}
/** Deletes a message. */
export class DeleteMessageCommand extends Command {}
/** Deletes messages; not sent by what is measured. */
export class DeleteMessageBatchCommand extends Command {}

const entriesOf = (input: unknown): ReadonlyArray<object> => {
  const entries = typeof input === "object" && input !== null ? Reflect.get(input, "Entries") : undefined
  return Array.isArray(entries) ? entries : []
}

/** A client that answers at once. */
export class SQSClient {
  async send(command: Command): Promise<object> {
    return command instanceof SendMessageBatchCommand
      ? {
          Successful: entriesOf(command.input).map((entry) => ({ Id: Reflect.get(entry, "Id"), MessageId: "accepted" }))
        }
      : { MessageId: "accepted" }
  }

  destroy(): void {}
}
