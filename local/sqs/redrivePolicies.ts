/**
 * Redrive and redrive-allow policies, checked before a queue gets them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import type { Queue } from "./Queue.ts"
import { permitsSource } from "./QueueSettings.ts"
import { invalidParameter, SqsError } from "./SqsError.ts"

const jsonObject = (attribute: string, json: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  } catch {}
  throw invalidParameter(attribute, json, `${attribute} is not a valid JSON map.`)
}

const refuseOtherKeys = (attribute: string, json: string, policy: object, known: ReadonlyArray<string>): void => {
  const other = Object.keys(policy).find((key) => !known.includes(key))
  if (other !== undefined) throw invalidParameter(attribute, json, `${attribute} contains the unknown key ${other}.`)
}

/** Refuses a redrive policy that SQS would refuse: not JSON, a count out of range, no such queue, a queue of the other kind. */
export const checkRedrivePolicy = (
  json: string | undefined,
  source: { readonly name: string; readonly arn: string },
  queueByArn: (arn: string) => Queue | undefined
): void => {
  if (!json) return
  const policy = jsonObject("RedrivePolicy", json)
  const refuse = (reason: string) => invalidParameter("RedrivePolicy", json, reason)
  for (const key of ["deadLetterTargetArn", "maxReceiveCount"]) {
    if (policy[key] === undefined) throw refuse(`Redrive policy does not contain mandatory attribute: ${key}.`)
  }
  refuseOtherKeys("RedrivePolicy", json, policy, ["deadLetterTargetArn", "maxReceiveCount"])
  const count = String(policy["maxReceiveCount"])
  if (!/^\d{1,4}$/.test(count) || Number(count) < 1 || Number(count) > 1000) {
    throw refuse(`Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000 both inclusive.`)
  }
  const target = queueByArn(String(policy["deadLetterTargetArn"]))
  if (!target) throw refuse("Dead letter target does not exist.")
  if (target.name === source.name) throw refuse("Dead letter target cannot be the queue itself.")
  if (target.fifo !== source.name.endsWith(".fifo")) {
    throw refuse("Dead letter target must be same type of queue as the source.")
  }
  if (!permitsSource(target.settings.redriveAllowPolicy, source.arn)) {
    throw refuse("The dead letter target's redrive allow policy does not permit this source queue.")
  }
}

/** Refuses a redrive-allow policy that SQS would refuse. */
export const checkRedriveAllowPolicy = (json: string | undefined): void => {
  if (!json) return
  const policy = jsonObject("RedriveAllowPolicy", json)
  refuseOtherKeys("RedriveAllowPolicy", json, policy, ["redrivePermission", "sourceQueueArns"])
  const refuse = (reason: string) => invalidParameter("RedriveAllowPolicy", json, reason)
  const { redrivePermission, sourceQueueArns } = policy
  if (redrivePermission !== "allowAll" && redrivePermission !== "denyAll" && redrivePermission !== "byQueue") {
    throw refuse("redrivePermission must be one of allowAll, denyAll and byQueue.")
  }
  if (redrivePermission !== "byQueue") {
    if (sourceQueueArns !== undefined)
      throw refuse("sourceQueueArns is allowed only when redrivePermission is byQueue.")
    return
  }
  const isArn = (arn: unknown) => typeof arn === "string" && arn.startsWith("arn:")
  if (!Array.isArray(sourceQueueArns) || sourceQueueArns.length === 0 || !sourceQueueArns.every(isArn)) {
    throw refuse("sourceQueueArns must list the ARNs of 1 to 10 queues.")
  }
  if (sourceQueueArns.length > 10) {
    throw new SqsError("InvalidAttributeValue", "sourceQueueArns must list the ARNs of 1 to 10 queues.")
  }
}
