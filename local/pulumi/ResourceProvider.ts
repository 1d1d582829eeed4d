/** The contract between the Pulumi engine of the embedded AWS and the services that create its resources. */

/** A resource to create, with its inputs resolved: plain values, secrets unwrapped, assets read. */
export interface CreateRequest {
  readonly urn: string
  /** Logical name in the program. */
  readonly name: string
  /** Type token, e.g. `aws:sqs/queue:Queue`. */
  readonly type: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** What the provider answers: the id and every output property that the program may read (inputs included). */
export interface CreatedResource {
  readonly id: string
  readonly state: Readonly<Record<string, unknown>>
}

/** Creates resources of one type. A rejection is the provider's error and must name the property at fault. */
export type CreateResource = (request: CreateRequest) => Promise<CreatedResource>

/** Resource types by token. A service exports its own; the engine merges them and refuses any other type by name. */
export type ResourceProviders = Readonly<Record<string, CreateResource>>

/** An archive or asset among the inputs, already read: file name → content. */
export interface ReadArchive {
  readonly files: Readonly<Record<string, Buffer>>
}

/**
 * The physical name of a resource whose program gave none, as the AWS provider makes it: logical name, hyphen, seven
 * hexadecimal digits (here derived from the URN, so that a run can be repeated).
 */
export const autoName = (request: CreateRequest, suffix = ""): string => {
  let hash = 0x811c9dc5
  for (const character of request.urn) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return `${request.name}-${hash.toString(16).padStart(8, "0").slice(0, 7)}${suffix}`
}
