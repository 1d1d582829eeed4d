/** Creates `aws:dynamodb/resourcePolicy:ResourcePolicy`: the policy of a table, enforced on each request to it. */
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import type { PolicyDocument } from "../EmbeddedService.ts"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import { decodeInputs, documentText, inputsSchema, jsonDocument } from "../pulumi/decodeInputs.ts"
import type { CreateRequest, ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { Tables } from "./Tables.ts"

const inputsOfPolicy = inputsSchema({
  resourceArn: Schema.String,
  policy: jsonDocument,
  confirmRemoveSelfResourceAccess: Schema.optional(Schema.Boolean)
})

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html: 20 KB of JSON. */
const maximumBytes = 20 * 1024

/** The provider of a table's policy; it puts what it reads into `policies`, by the table's ARN. */
export const resourcePolicyResources = (
  account: Account,
  tables: Tables,
  policies: Map<string, PolicyDocument>
): ResourceProviders => ({
  "aws:dynamodb/resourcePolicy:ResourcePolicy": async (request: CreateRequest) => {
    const { resourceArn, policy } = decodeInputs(request, inputsOfPolicy)
    const refuse = (sentence: string) => new Error(`${request.type} "${request.name}": ${sentence}`)
    if (!tables.names().some((name) => arnOf(account, "dynamodb", `table/${name}`) === resourceArn))
      throw refuse(`ResourceNotFoundException: Requested resource not found: ${resourceArn}`)
    const text = documentText(policy)
    if (Buffer.byteLength(text) > maximumBytes)
      throw refuse(`ValidationException: The policy is larger than ${maximumBytes} bytes.`)
    const document = parsePolicyDocument(text)
    const statements = "Effect" in document.Statement ? [document.Statement] : document.Statement
    // DynamoDB blocks public access by itself.
    if (statements.some(({ Effect, Principal, Condition }) => Effect === "Allow" && isPublic(Principal) && !Condition))
      throw refuse("ValidationException: The policy would grant public access, which DynamoDB blocks.")
    policies.set(resourceArn, document)
    return { id: resourceArn, state: { ...request.inputs, revisionId: String(request.urn.length) } }
  }
})

const isPublic = (principal: unknown): boolean => principal === "*" || Object(principal).AWS === "*"
