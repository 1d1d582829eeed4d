/** What the command line and the console need to know of a program that does not export it: its queues' own outputs. Pure. */
import type { RegisteredResource } from "./pulumi/ResourceMonitor.ts"

const queueType = "resilient-queue:index:ResilientQueue"

/**
 * The outputs of a program, and those of its queues beside them: under their own names where there is one queue, else under
 * the queue's name (`invoicesQueueUrl`). What the program exports itself is left as it is.
 */
export const withQueueOutputs = (
  outputs: Readonly<Record<string, unknown>>,
  resources: ReadonlyArray<Pick<RegisteredResource, "type" | "name" | "state">>
): Readonly<Record<string, unknown>> => {
  const queues = resources.filter(({ type }) => type === queueType)
  const [only] = queues
  // The program knows better than we what they are called.
  if (typeof outputs["failuresTableName"] === "string") return outputs
  const own =
    queues.length === 1 && only !== undefined
      ? only.state
      : Object.fromEntries(
          queues.flatMap(({ name, state }) =>
            Object.entries(state).map(([output, value]): [string, unknown] => [
              `${name}${output.charAt(0).toUpperCase()}${output.slice(1)}`,
              value
            ])
          )
        )
  const plain = Object.entries(own).filter(([, value]) => typeof value === "string")
  return { ...Object.fromEntries(plain), ...outputs }
}
