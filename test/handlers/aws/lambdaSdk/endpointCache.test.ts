import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { EndpointCache } from "../../../../handlers/aws/lambdaSdk/endpointCache.ts"

describe("the endpoints that DynamoDB's client has discovered", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("are none before there are any", () => {
    const cache = new EndpointCache()
    expect([cache.getEndpoint("key"), cache.get("key"), cache.has("key")]).toEqual([undefined, undefined, false])
  })

  it("are used until their time is over", () => {
    const cache = new EndpointCache()
    cache.set("key", [{ Address: "a.example", CachePeriodInMinutes: 2 }])
    vi.advanceTimersByTime(119_999)
    expect(cache.getEndpoint("key")).toBe("a.example")
    vi.advanceTimersByTime(1)
    expect([cache.getEndpoint("key"), cache.has("key")]).toEqual([undefined, true])
  })

  it("are forgotten one by one, or all", () => {
    const cache = new EndpointCache()
    for (const key of ["a", "b", "c"]) cache.set(key, [{ Address: key, CachePeriodInMinutes: 1 }])
    cache.delete("a")
    expect(["a", "b", "c"].map((key) => cache.getEndpoint(key))).toEqual([undefined, "b", "c"])
    cache.clear()
    expect(["b", "c"].some((key) => cache.has(key))).toBe(false)
  })
})
