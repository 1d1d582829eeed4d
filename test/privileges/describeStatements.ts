/** What every role may do and what every resource lets in, as a page of the docs. Names have no unique suffixes in it. */
import type { PolicyDocument, PolicyStatement } from "../../local/EmbeddedService.ts"
import { parsePolicyDocument } from "../../local/iam/policyDocument.ts"
import { rolesOf, statementsOf } from "./roles.ts"
import type { Subject } from "./startSubject.ts"

const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

/** Names as the program gives them: what the AWS provider adds to make them unique differs from stack to stack. */
const plain = (text: string): string =>
  text
    .replace(/arn:aws:([^:\s]*):[^:\s]*:\d*:/g, "$1:")
    .replace(/key\/[0-9a-f-]{36}/g, "key/YOURS")
    .replace(/distribution\/E[0-9A-Z]{13}/g, "distribution/ITS-OWN")
    .replace(/-[0-9a-f]{7}(?:-[A-Za-z0-9]{6})?(?=$|[./:*,\s`]|\.fifo)/g, "")

const rolesSection = (subject: Pick<Subject, "aws" | "resources">): ReadonlyArray<string> =>
  [...rolesOf(subject)].flatMap(([role, roleName]) => [
    `### ${role}`,
    "",
    "| action | resource |",
    "|---|---|",
    ...[...subject.aws.iam.rolePolicies(roleName).values()].flatMap((document) =>
      statementsOf(document).map(
        ({ Action, Resource }) =>
          `| ${listOf(Action)
            .map((action) => `\`${action}\``)
            .join(", ")} | ${listOf(Resource)
            .map((resource) => `\`${plain(resource)}\``)
            .join(", ")} |`
      )
    ),
    ""
  ])

const policyTypes: ReadonlyArray<string> = [
  ...["aws:sqs/queuePolicy:QueuePolicy", "aws:sns/topicPolicy:TopicPolicy", "aws:s3/bucketPolicy:BucketPolicy"],
  ...["aws:dynamodb/resourcePolicy:ResourcePolicy", "aws:secretsmanager/secretPolicy:SecretPolicy"]
]

const who = ({ Principal }: PolicyStatement): string =>
  Principal === undefined || Principal === "*" ? "everybody" : Object.values(Principal).flatMap(listOf).join(", ")

const conditions = ({ Condition }: PolicyStatement): string =>
  Object.entries(Condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => `\`${operator} ${key}\` ${listOf(values).map(plain).join(", ")}`)
    )
    .join(" and ")

/** The resource policies of a program, by the resource's logical name. */
export const resourcePoliciesOf = (subject: Pick<Subject, "resources">): ReadonlyMap<string, PolicyDocument> =>
  new Map(
    subject.resources
      .filter(({ type }) => policyTypes.includes(type))
      .map(({ name, inputs }): [string, PolicyDocument] => [name, parsePolicyDocument(inputs["policy"])])
      .sort(([one], [other]) => (one < other ? -1 : 1))
  )

const resourcesSection = (subject: Pick<Subject, "resources">): ReadonlyArray<string> =>
  [...resourcePoliciesOf(subject)].flatMap(([name, document]) => [
    `### ${name}`,
    "",
    "| statement | effect | who | action | where |",
    "|---|---|---|---|---|",
    ...statementsOf(document).map(
      (each) =>
        `| ${each.Sid ?? ""} | ${each.Effect} | ${who(each)} | ${listOf(each.Action)
          .map((action) => `\`${action}\``)
          .join(", ")} | ${conditions(each)} |`
    ),
    ""
  ])

/** The page. */
export const describeStatements = (subject: Pick<Subject, "aws" | "resources">): string => {
  const roles = rolesOf(subject)
  const statements = [...roles.values()].flatMap((roleName) =>
    [...subject.aws.iam.rolePolicies(roleName).values()].flatMap((document) => statementsOf(document))
  )
  const policies = resourcePoliciesOf(subject)
  return `${[
    "# Every statement",
    "",
    "Written by `npm run iam:statements -- --write`; a test compares it with what the program makes. The program has every role that the",
    "components make: the order system (`orders`), a FIFO queue (`invoices`), an adopted queue (`shipments`), an adopted function",
    "(`thumbnails`), and a role for each of the people's policies. It has a key of its own (`kmsKeyArn`); without one, the `kms:` actions",
    "are not there. Account, region and the suffixes that make names unique are left out.",
    "",
    `${roles.size} roles with ${statements.length} statements; ${policies.size} resource policies with ${[...policies.values()].flatMap(statementsOf).length} statements.`,
    "",
    "## What roles may do",
    "",
    ...rolesSection(subject),
    "## What resources let in",
    "",
    ...resourcesSection(subject)
  ]
    .join("\n")
    .trimEnd()}\n`
}
