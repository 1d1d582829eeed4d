/** The functions of the AWS provider that a program may call while it is evaluated. */
import type { Account } from "../Account.ts"

/** Answers an invoke: arguments in, result out. */
export type Invoke = (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** What the embedded AWS answers to `aws.getRegion`, `aws.getCallerIdentity` and `aws.getPartition`, by token. */
export const awsInvokes = (account: Pick<Account, "accountId" | "region">): Readonly<Record<string, Invoke>> => ({
  "aws:index/getRegion:getRegion": () => ({
    id: account.region,
    name: account.region,
    region: account.region,
    description: account.region,
    endpoint: `ec2.${account.region}.amazonaws.com`
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: account.accountId,
    accountId: account.accountId,
    arn: `arn:aws:iam::${account.accountId}:user/administrator`,
    userId: "AIDAIOSFODNN7EXAMPLE"
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws"
  })
})
