import { createServer, type RequestListener } from "node:http"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Listening, listen } from "../../local/listen.ts"
import { browserTimeout, launchChromium, withoutBrowser } from "./chromium.ts"

const serve = (listener: RequestListener): Promise<Listening> => listen(createServer(listener))

describe.skipIf(withoutBrowser !== undefined)("the browser of the tests", () => {
  let browser: Browser
  let page: Listening
  let elsewhere: Listening

  beforeAll(async () => {
    browser = await launchChromium()
    elsewhere = await serve((_request, response) => response.end("a secret"))
    page = await serve((_request, response) => {
      response.setHeader("content-type", "text/html")
      response.setHeader("content-security-policy", "default-src 'none'; connect-src *")
      response.end("<!doctype html><title>before</title><script>document.title = 'after'</script>")
    })
  }, browserTimeout)

  afterAll(async () => {
    await browser.close()
    await Promise.all([page.close(), elsewhere.close()])
  })

  it("enforces a page's content security policy", async () => {
    const tab = await browser.newPage()
    await tab.goto(page.url)
    expect(await tab.title()).toBe("before")
    await tab.close()
  })

  it("lets no page read what another origin does not share", async () => {
    const tab = await browser.newPage()
    await tab.goto(page.url)
    const read = tab.evaluate((url) => fetch(url).then((answer) => answer.text()), elsewhere.url)
    await expect(read).rejects.toThrow("Failed to fetch")
    await tab.close()
  })
})
