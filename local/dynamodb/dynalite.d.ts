/** The part of dynalite that is used here: it ships no types of its own. */
declare module "dynalite" {
  import type { Server } from "node:http"

  /** An HTTP server that speaks DynamoDB and keeps its tables in memory. */
  export default function dynalite(options: {
    readonly createTableMs: number
    readonly updateTableMs: number
    readonly deleteTableMs: number
  }): Server
}
