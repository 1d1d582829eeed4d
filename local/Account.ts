/** Where the embedded AWS pretends to be, and how its ARNs are written. */

/** The account and region of one embedded AWS. */
export interface Account {
  readonly accountId: string
  readonly region: string
  /** `http://127.0.0.1:PORT`: an IP address, so that SDK clients keep to it and address S3 path-style. */
  readonly endpoint: string
}

/** The account id of every embedded AWS: the one that AWS's own documentation uses for examples. */
export const embeddedAccountId = "123456789012"

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` in an account. */
export const arnOf = (account: Pick<Account, "accountId" | "region">, service: string, resource: string): string =>
  `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`
