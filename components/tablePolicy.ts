/** The encryption and the policy of a table: TLS only, this account only, and where it is closed, its own functions only. */
import { ResourcePolicy } from "@pulumi/aws/dynamodb/resourcePolicy.js"
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import * as pulumi from "@pulumi/pulumi"
import { type Admitted, accountOf, onlyFor, ownAccountOnly } from "./resourceStatements.ts"
import { tlsOnly } from "./tlsOnly.ts"

/** What is done to items, one by one or in bulk. */
const itemActions = [
  ...["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:ConditionCheckItem"],
  ...["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"],
  ...["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"]
]

/** A key of the caller's; without, DynamoDB encrypts with one of its own. */
export const tableEncryption = (kmsKeyArn: pulumi.Input<string> | undefined) =>
  kmsKeyArn === undefined ? {} : { serverSideEncryption: { enabled: true, kmsKeyArn } }

/** Makes the policy of a table. `admitted`: who may use its items; `undefined`: whoever has a policy that allows it. */
export const createTablePolicy = (
  name: string,
  parent: pulumi.Resource,
  table: Table,
  admitted: Admitted | undefined
): ResourcePolicy =>
  new ResourcePolicy(name, { resourceArn: table.arn, policy: tablePolicyDocument(table.arn, admitted) }, { parent })

/**
 * The policy of a table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
 */
export const tablePolicyDocument = (
  tableArn: pulumi.Input<string>,
  admitted: Admitted | undefined
): pulumi.Output<string> => {
  const resources = [tableArn, pulumi.interpolate`${tableArn}/index/*`]
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("dynamodb:*", resources),
      ...ownAccountOnly("dynamodb:*", resources, accountOf(tableArn)),
      ...onlyFor("OwnFunctionsOnly", itemActions, resources, admitted)
    ]
  })
}
