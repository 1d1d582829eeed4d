/** An operation of CloudWatch's APIs over the JSON protocol, and its answers. */
import type { Account } from "../Account.ts"
import type { RequiredPermission, ServiceResponse } from "../EmbeddedService.ts"
import type { CloudWatch } from "./CloudWatch.ts"

/** What is read from. */
export type ReadSource = Pick<CloudWatch, "logs" | "alarms" | "dashboards" | "values">

/** What a request was given. */
export type ReadInput = Readonly<Record<string, unknown>>

/** One operation. */
export interface ReadOperation {
  readonly permissions: (account: Account, input: ReadInput) => ReadonlyArray<RequiredPermission>
  readonly run: (source: ReadSource, input: ReadInput) => ServiceResponse
}

/** An answer in JSON. */
export const answer = (status: number, body: object, code?: string): ServiceResponse => ({
  status,
  headers: {
    "Content-Type": "application/x-amz-json-1.0",
    ...(code === undefined ? {} : { "x-amzn-ErrorType": code })
  },
  body: JSON.stringify(code === undefined ? body : { __type: code, ...body })
})

/** An error. */
export const failure = (status: number, code: string, message: string): ServiceResponse =>
  answer(status, { message }, code)

/** A list of texts; empty where there is none. */
export const texts = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : [])
