import { describe, expect, it } from "vitest"
import { objection } from "../../../local/console/guard.ts"

const port = 8405
const host = `127.0.0.1:${port}`
const own = { host, origin: `http://${host}`, "content-type": "application/json" }

describe("the console lets in", () => {
  it.each([
    ["a browser that opens its page", "GET", { host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
    ["a link to it from elsewhere", "GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
    ["its page's own reading", "GET", { host, "sec-fetch-site": "same-origin" }],
    ["its page's own acts", "POST", own],
    [
      "the same under the name localhost",
      "POST",
      { ...own, host: `localhost:${port}`, origin: `http://localhost:${port}` }
    ],
    ["curl that reads", "GET", { host }]
  ])("%s", (_, method, headers) => {
    expect(objection({ method, headers }, port)).toBeUndefined()
  })
})

describe("the console refuses", () => {
  it.each([
    ["a name that leads to 127.0.0.1 (DNS rebinding)", "GET", { host: `evil.example:${port}` }],
    ["another port's name", "GET", { host: "127.0.0.1:80" }],
    ["no name at all", "GET", {}],
    ["another site's script that reads", "GET", { host, origin: "https://evil.example" }],
    [
      "another site's image or script tag",
      "GET",
      { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }
    ],
    ["another port of this machine", "GET", { host, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }],
    ["another site's act", "POST", { ...own, origin: "https://evil.example" }],
    ["an act of a page in a sandbox", "POST", { ...own, origin: "null" }],
    ["an act of the other name's page", "POST", { ...own, origin: `http://localhost:${port}` }],
    ["an act that does not say where it comes from", "POST", { host, "content-type": "application/json" }],
    ["a form", "POST", { ...own, "content-type": "application/x-www-form-urlencoded" }],
    ["text that happens to be JSON", "POST", { ...own, "content-type": "text/plain" }]
  ])("%s", (_, method, headers) => {
    expect(objection({ method, headers }, port)).toMatch(/^(The console answers|A request that changes)/)
  })
})
