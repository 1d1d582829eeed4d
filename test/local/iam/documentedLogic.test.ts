/**
 * AWS's documented evaluation logic within one account, case by case: each case is a sentence of a page, the policies
 * that it is about, and what has to come out.
 */
import { describe, expect, it } from "vitest"
import type { PolicyStatement, Principal } from "../../../local/EmbeddedService.ts"
import { evaluate } from "../../../local/iam/evaluate.ts"

const accountId = "123456789012"
const queue = `arn:aws:sqs:eu-west-1:${accountId}:orders`
const topic = `arn:aws:sns:eu-west-1:${accountId}:orders`
const role: Principal = {
  kind: "role",
  arn: `arn:aws:sts::${accountId}:assumed-role/consumer/session`,
  roleName: "consumer",
  sessionName: "session"
}
const roleArn = `arn:aws:iam::${accountId}:role/consumer`
const root = `arn:aws:iam::${accountId}:root`
const sns: Principal = { kind: "service", service: "sns.amazonaws.com" }

type Statement = Partial<PolicyStatement>

interface Case {
  readonly says: string
  readonly caller?: Principal
  readonly identity?: ReadonlyArray<Statement>
  readonly resource?: ReadonlyArray<Statement>
  readonly context?: Readonly<Record<string, string>>
  /** Whether the resource is a KMS key. */
  readonly key?: true
  readonly allowed: boolean
}

const allow: Statement = { Effect: "Allow" }
const deny: Statement = { Effect: "Deny" }
const toEverybody = { Principal: "*" } as const
const toRole = { Principal: { AWS: roleArn } }
const toAccount = { Principal: { AWS: root } }
const toSns = { Principal: { Service: "sns.amazonaws.com" } }

const decide = ({ caller = role, identity = [], resource, context = {}, key }: Case): boolean => {
  const full = (statement: Statement): PolicyStatement => ({
    Effect: "Allow",
    Resource: queue,
    ...("NotAction" in statement ? {} : { Action: "sqs:SendMessage" }),
    ...statement
  })
  const document = (statements: ReadonlyArray<Statement>) => ({
    Version: "2012-10-17",
    Statement: statements.map(full)
  })
  return evaluate(accountId, caller, [document(identity)], {
    action: "sqs:SendMessage",
    resource: queue,
    context,
    ...(resource === undefined ? {} : { resourcePolicy: document(resource) }),
    ...(key === undefined ? {} : { needsResourcePolicy: true })
  }).allowed
}

const pages: Readonly<Record<string, ReadonlyArray<Case>>> = {
  "reference_policies_evaluation-logic_policy-eval-denyallow.html": [
    { says: "by default, all requests are implicitly denied", allowed: false },
    { says: "an explicit allow in an identity-based policy overrides this default", identity: [allow], allowed: true },
    {
      says: "an explicit allow in a resource-based policy overrides this default",
      resource: [{ ...allow, ...toRole }],
      allowed: true
    },
    { says: "an explicit deny in any policy overrides any allows", identity: [allow, deny], allowed: false },
    {
      says: "an explicit deny of the identity overrides an allow of the resource",
      identity: [deny],
      resource: [{ ...allow, ...toRole }],
      allowed: false
    },
    {
      says: "an explicit deny of the resource overrides an allow of the identity",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody }],
      allowed: false
    },
    { says: "NotAction with Allow does not deny what it names", identity: [allow, notAction(allow)], allowed: true },
    { says: "NotAction with Deny denies what it does not name", identity: [allow, notAction(deny)], allowed: true },
    {
      says: "NotAction with Deny denies this action when it names another",
      identity: [allow, { ...deny, NotAction: "sqs:ReceiveMessage" }],
      allowed: false
    }
  ],
  "reference_policies_evaluation-logic_policy-eval-basics.html": [
    {
      says: "an identity-based or a resource-based policy is enough within one account",
      resource: [{ ...allow, ...toRole }],
      allowed: true
    },
    {
      says: "a policy that names the account delegates: the identity's own policies still decide",
      resource: [{ ...allow, ...toAccount }],
      allowed: false
    },
    {
      says: "with the account named and the identity allowed, the request is allowed",
      identity: [allow],
      resource: [{ ...allow, ...toAccount }],
      allowed: true
    },
    {
      says: "an allow for another role is none for this one",
      resource: [{ ...allow, Principal: { AWS: `${roleArn}-2` } }],
      allowed: false
    }
  ],
  "reference_policies_condition-keys.html#condition-keys-securetransport": [
    {
      says: "a denial where aws:SecureTransport is false denies what is sent in the clear",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody, Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      context: { "aws:SecureTransport": "false" },
      allowed: false
    },
    {
      says: "it does not deny what is sent over TLS",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody, Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      context: { "aws:SecureTransport": "true" },
      allowed: true
    },
    {
      says: "it does not apply where the key is missing, and BoolIfExists does",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody, Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } }],
      allowed: false
    }
  ],
  "reference_policies_condition-keys.html#condition-keys-sourcearn": [
    {
      says: "a service is let in for the resource that it acts for",
      ...fromTopic(topic),
      allowed: true
    },
    { says: "and not for another one", ...fromTopic(`${topic}-2`), allowed: false },
    {
      says: "ArnEquals takes wildcards, component by component",
      ...fromTopic(topic, "arn:aws:sns:*:*:ord*"),
      allowed: true
    },
    {
      says: "a wildcard does not cross a colon",
      ...fromTopic(topic, "arn:aws:sns:*:orders"),
      allowed: false
    },
    {
      says: "a request that acts for nothing does not meet it",
      caller: sns,
      resource: [{ ...allow, ...toSns, Condition: { ArnEquals: { "aws:SourceArn": topic } } }],
      allowed: false
    }
  ],
  "confused-deputy.html": [
    { says: "aws:SourceAccount lets a service act for one account", ...fromAccount(accountId), allowed: true },
    { says: "and for no other", ...fromAccount("999999999999"), allowed: false },
    {
      says: "a denial of services that act for other accounts holds against an allow of the service",
      caller: sns,
      resource: [{ ...allow, ...toSns }, forOtherAccounts()],
      context: { "aws:SourceAccount": "999999999999" },
      allowed: false
    },
    {
      says: "it does not concern services that do not say for whom they act",
      caller: sns,
      resource: [{ ...allow, ...toSns }, forOtherAccounts()],
      allowed: true
    },
    {
      says: "it does not concern roles",
      identity: [allow],
      resource: [forOtherAccounts()],
      context: { "aws:SourceAccount": "999999999999" },
      allowed: true
    }
  ],
  "reference_policies_condition-keys.html#condition-keys-principalarn": [
    {
      says: "is the role's ARN, not the session's: a denial of everybody but the role lets its sessions through",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody, Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn } } }],
      allowed: true
    },
    {
      says: "a denial of everybody but another role denies it",
      identity: [allow],
      resource: [{ ...deny, ...toEverybody, Condition: { ArnNotEquals: { "aws:PrincipalArn": `${roleArn}-2` } } }],
      allowed: false
    },
    {
      says: "two keys of a condition must both differ: a service that acts for the source is let through",
      caller: sns,
      resource: [
        { ...allow, ...toSns },
        {
          ...deny,
          ...toEverybody,
          Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn, "aws:SourceArn": topic } }
        }
      ],
      context: { "aws:SourceArn": topic },
      allowed: true
    }
  ],
  "../../kms/latest/developerguide/key-policies.html": [
    {
      says: "no principal has any permissions to a key unless its policy says so",
      key: true,
      identity: [allow],
      allowed: false
    },
    {
      says: "identity-based policies count once the key policy names the account",
      key: true,
      identity: [allow],
      resource: [{ ...allow, ...toAccount }],
      allowed: true
    },
    {
      says: "the account's name alone is no permission of anybody's",
      key: true,
      resource: [{ ...allow, ...toAccount }],
      allowed: false
    },
    { says: "a key policy can allow a role by itself", key: true, resource: [{ ...allow, ...toRole }], allowed: true },
    {
      says: "a delegation of other actions is none of this one",
      key: true,
      identity: [allow],
      resource: [{ ...allow, ...toAccount, Action: "sqs:ReceiveMessage" }],
      allowed: false
    }
  ]
}

function notAction({ Effect = "Allow" }: Statement): Statement {
  return { Effect, NotAction: "sqs:SendMessage" }
}

function fromTopic(sourceArn: string, expected = topic): Pick<Case, "caller" | "resource" | "context"> {
  return {
    caller: sns,
    resource: [{ ...allow, ...toSns, Condition: { ArnEquals: { "aws:SourceArn": expected } } }],
    context: { "aws:SourceArn": sourceArn }
  }
}

function fromAccount(sourceAccount: string): Pick<Case, "caller" | "resource" | "context"> {
  return {
    caller: sns,
    resource: [{ ...allow, ...toSns, Condition: { StringEquals: { "aws:SourceAccount": accountId } } }],
    context: { "aws:SourceAccount": sourceAccount }
  }
}

function forOtherAccounts(): Statement {
  return {
    ...deny,
    ...toEverybody,
    Condition: {
      StringNotEquals: { "aws:SourceAccount": accountId },
      Null: { "aws:SourceAccount": "false" },
      Bool: { "aws:PrincipalIsAWSService": "true" }
    }
  }
}

describe.each(Object.entries(pages))("https://docs.aws.amazon.com/IAM/latest/UserGuide/%s", (_page, cases) => {
  it.each(cases)("$says", (each) => expect(decide(each)).toBe(each.allowed))
})
