/** Who sends to the queue besides the subscribed topics: services on behalf of resources, accounts, roles. */
import * as pulumi from "@pulumi/pulumi"
import { accountOf } from "../resourceStatements.ts"
import { refusal } from "../validation.ts"

/** An AWS service that sends on behalf of resources: EventBridge for rules, S3 for buckets. */
export interface ServiceProducerArgs {
  /** The service, as policies name it, e.g. `events.amazonaws.com` or `s3.amazonaws.com`. Topics are `subscriptions`. */
  readonly service: string
  /** The resources that it may send for, by ARN: rules, buckets. Each is named; nothing else of the service gets in. */
  readonly sourceArns: readonly pulumi.Input<string>[]
  /** The account of resources whose ARNs name none: buckets. @default the account of the queue */
  readonly sourceAccount?: pulumi.Input<string>
}

/** Other accounts, whose own policies say who of them may send. */
export interface AccountProducerArgs {
  /** The accounts, twelve digits each. */
  readonly accountIds: readonly pulumi.Input<string>[]
}

/** Single roles or users, of whichever account. */
export interface RoleProducerArgs {
  /** The roles or users, by ARN. */
  readonly roleArns: readonly pulumi.Input<string>[]
}

/** Who may send to the queue. */
export type ProducerArgs = ServiceProducerArgs | AccountProducerArgs | RoleProducerArgs

const shapes = {
  sourceArns: [/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d{0,12}:[^*?]+$/, "ARNs without wildcards"],
  accountIds: [/^\d{12}$/, "accounts of twelve digits"],
  roleArns: [/^arn:aws[\w-]*:iam::\d{12}:(?:role|user)\/[^*?]+$/, "ARNs of roles or users, without wildcards"]
} as const

const serviceName = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/

/**
 * Refuses producers that admit nobody, everybody of a service, or whom the queue cannot get anything from.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseProducers = (subject: string, producers: readonly ProducerArgs[], fifo: boolean): void => {
  for (const [index, producer] of producers.entries()) {
    const argument = `producers[${index}]`
    const given = Object.entries(shapes).filter(([name]) => Object.hasOwn(producer, name))
    const [only] = given
    // The compiler refuses these; a program in JavaScript gets the sentence as well.
    if (only === undefined || given.length > 1 || Object.hasOwn(producer, "service") !== (only[0] === "sourceArns")) {
      const one = "one of service with sourceArns, accountIds, or roleArns"
      throw refusal(subject, argument, Object.keys(producer), one)
    }
    if ("service" in producer) refuseService(subject, `${argument}.service`, producer.service, fifo)
    const [name, [shape, allowed]] = only
    const values: unknown = Reflect.get(producer, name)
    const known = Array.isArray(values) && values.length > 0 ? values : [""]
    const wrong = known.find((value) => typeof value === "string" && !shape.test(value))
    if (wrong !== undefined)
      throw refusal(subject, `${argument}.${name}`, wrong, `at least one, all of them ${allowed}`)
  }
}

const refuseService = (subject: string, argument: string, service: string, fifo: boolean): void => {
  if (!serviceName.test(service)) throw refusal(subject, argument, service, "a service such as events.amazonaws.com")
  if (service.startsWith("sns."))
    throw new pulumi.RunError(`${subject}: ${argument} is "${service}"; topics that send are given as subscriptions.`)
  if (fifo && service.startsWith("s3."))
    throw new pulumi.RunError(`${subject}: ${argument} is "${service}"; S3 sends to standard queues only.`)
}

/** What producers mean for a policy that lets them in. */
export interface AdmittedProducers {
  /** The statements that allow them to send, one each. */
  readonly allows: readonly object[]
  /** Accounts, other than the queue's, that principals send from. */
  readonly principalAccounts: readonly pulumi.Input<string>[]
  /** Accounts that services act for. */
  readonly sourceAccounts: readonly pulumi.Input<string>[]
  /** What services act for. */
  readonly sourceArns: readonly pulumi.Input<string>[]
  /** Single roles. */
  readonly roleArns: readonly pulumi.Input<string>[]
  /** Whole accounts. */
  readonly accountIds: readonly pulumi.Input<string>[]
}

/** Reads them. */
export const admittedProducers = (
  producers: readonly ProducerArgs[],
  queueArn: pulumi.Input<string>
): AdmittedProducers => {
  const services = producers.filter((producer) => "service" in producer)
  const accountIds = producers.flatMap((producer) => ("accountIds" in producer ? producer.accountIds : []))
  const roleArns = producers.flatMap((producer) => ("roleArns" in producer ? producer.roleArns : []))
  const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn }
  return {
    allows: producers.map((producer, index) => {
      const Sid = `Producer${index + 1}`
      if ("service" in producer)
        return {
          ...{ Sid, ...send },
          Principal: { Service: producer.service },
          Condition: {
            ArnEquals: { "aws:SourceArn": [...producer.sourceArns] },
            ...(producer.service.startsWith("s3.")
              ? { StringEquals: { "aws:SourceAccount": sourceAccountOf(producer, queueArn) } }
              : {})
          }
        }
      const principals = "accountIds" in producer ? rootsOf(producer.accountIds, queueArn) : [...producer.roleArns]
      return { Sid, ...send, Principal: { AWS: principals } }
    }),
    principalAccounts: [...accountIds, ...roleArns.map(accountOf)],
    sourceAccounts: services.flatMap((producer) =>
      producer.service.startsWith("s3.") ? [sourceAccountOf(producer, queueArn)] : producer.sourceArns.map(accountOf)
    ),
    sourceArns: services.flatMap(({ sourceArns }) => sourceArns),
    roleArns,
    accountIds
  }
}

/** A bucket's name is free again once the bucket is deleted: whoever takes it would send in its place, but for the account. */
const sourceAccountOf = ({ sourceAccount }: ServiceProducerArgs, queueArn: pulumi.Input<string>) =>
  sourceAccount ?? accountOf(queueArn)

const rootsOf = (accountIds: readonly pulumi.Input<string>[], queueArn: pulumi.Input<string>) =>
  accountIds.map((id) => pulumi.interpolate`arn:${pulumi.output(queueArn).apply(partitionOf)}:iam::${id}:root`)

const partitionOf = (arn: string): string => arn.split(":")[1] ?? "aws"
