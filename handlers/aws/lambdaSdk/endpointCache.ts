/**
 * Where DynamoDB's client keeps the endpoints that it has discovered: none, unless `AWS_ENABLE_ENDPOINT_DISCOVERY` is set. In
 * a bundle this stands in the place of the SDK's cache, with whose library of data structures it would come.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoint-discovery.html
 */

/** An endpoint as DynamoDB tells of it. */
export interface DiscoveredEndpoint {
  readonly Address: string
  readonly CachePeriodInMinutes: number
}

/** Endpoints by key, each for the time that the service allows. */
export class EndpointCache {
  readonly #endpoints = new Map<string, ReadonlyArray<{ readonly Address: string; readonly Expires: number }>>()

  /** One of the endpoints of a key, if there is one. */
  getEndpoint(key: string): string | undefined {
    return this.get(key)?.[0]?.Address
  }

  /** The endpoints of a key that have not expired. */
  get(key: string) {
    const current = this.#endpoints.get(key)?.filter(({ Expires }) => Date.now() < Expires)
    return current === undefined || current.length === 0 ? undefined : current
  }

  /** Keeps the endpoints of a key. */
  set(key: string, endpoints: ReadonlyArray<DiscoveredEndpoint>): void {
    this.#endpoints.set(
      key,
      endpoints.map(({ Address, CachePeriodInMinutes }) => ({
        Address,
        Expires: Date.now() + CachePeriodInMinutes * 60_000
      }))
    )
  }

  /** Forgets the endpoints of a key. */
  delete(key: string): void {
    this.#endpoints.delete(key)
  }

  /** Whether there are endpoints of a key, expired or not. */
  has(key: string): boolean {
    return this.#endpoints.has(key)
  }

  /** Forgets all. */
  clear(): void {
    this.#endpoints.clear()
  }
}
