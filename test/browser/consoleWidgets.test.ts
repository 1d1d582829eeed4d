/** What the console's page makes of the HTML that a custom widget's function answers with. */
import { readFile } from "node:fs/promises"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { contentSecurityPolicy } from "../../local/console/guard.ts"
import { browserTimeout, launchChromium, withoutBrowser } from "./chromium.ts"

const web = new URL("../../local/console/web/", import.meta.url)
const origin = "http://console.example"

/** HTML as somebody would write it who wants to do more than to show something; each mark would leave a trace. */
const hostile = {
  "a script": `<script>window.hacked = 1</script>`,
  "a script in SVG": `<svg onload="window.hacked = 1"><script>window.hacked = 1</script></svg>`,
  "a handler": `<p onclick="window.hacked = 1" onmouseover="window.hacked = 1">text</p>`,
  "a handler that runs by itself": `<img src="x" onerror="window.hacked = 1"><details open ontoggle="window.hacked = 1">d</details>`,
  "a link that is a script": `<a href="javascript:window.hacked=1">a</a><a href=" jAvA&#10;script:window.hacked=1">b</a>`,
  "a link that is a document": `<a href="data:text/html,<script>parent.hacked=1</script>">a</a>`,
  "a frame": `<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe><iframe src="http://evil.example/"></iframe>`,
  "a plug-in": `<object data="http://evil.example/"></object><embed src="http://evil.example/">`,
  "another base, a refresh": `<base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">`,
  "a style sheet": `<style>* { background: url(http://evil.example/) }</style><link rel="stylesheet" href="http://evil.example/">`,
  "a picture in a style": `<p style="background: url(http://evil.example/a); color: red">text</p>`,
  "a picture in disguise": String.raw`<p style="background: var(--none, u\72l(http://evil.example/b))">text</p><p style="background: image-set('http://evil.example/c' 1x)">t</p>`,
  "a cover over the page": `<p style="position: fixed; inset: 0; z-index: 9999">text</p>`,
  "a form that leads elsewhere": `<form action="http://evil.example/"><input name="a"><button formaction="http://evil.example/">go</button></form>`,
  "a nesting that the parser mends": `<math><mtext><table><mglyph><style><!--</style><img src="x" onerror="window.hacked = 1">`,
  "a template": `<template><img src="x" onerror="window.hacked = 1"></template>`,
  "an element of one's own": `<x-widget onclick="window.hacked = 1">text</x-widget><noscript><p title="</noscript><img src=x onerror=window.hacked=1>"></noscript>`
}

describe.skipIf(withoutBrowser !== undefined)("HTML of a custom widget", () => {
  let browser: Browser
  let page: Page
  const requested: Array<string> = []

  beforeAll(async () => {
    browser = await launchChromium()
    page = await browser.newPage()
    await page.route(/.*/, async (route) => {
      const { pathname, host } = new URL(route.request().url())
      requested.push(route.request().url())
      if (host !== "console.example") return route.abort()
      const isPage = pathname === "/"
      await route.fulfill({
        contentType: isPage ? "text/html" : "text/javascript",
        headers: { "content-security-policy": contentSecurityPolicy },
        body: isPage ? `<!doctype html><div id="host"></div>` : await readFile(new URL(`.${pathname}`, web), "utf8")
      })
    })
    await page.goto(origin)
  }, browserTimeout)

  afterAll(() => browser.close())

  beforeEach(() => {
    requested.length = 0
  })

  /** The HTML that is left, after it has been in the page and everything in it has been clicked. */
  const shown = async (html: string): Promise<string> => {
    // As text: what is compiled here cannot import in a page.
    const left: unknown = await page.evaluate(`(async () => {
      const { sanitised } = await import("/sanitise.js")
      const host = document.getElementById("host")
      host.replaceChildren(...sanitised(${JSON.stringify(html)}))
      for (const each of host.querySelectorAll("*:not(a[target])")) each.click()
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      return host.innerHTML
    })()`)
    return String(left)
  }

  it.each(Object.entries(hostile))("is harmless: %s", async (_, html) => {
    const left = await shown(html)
    expect(left).not.toMatch(/evil|hacked|javascript|<script|<iframe|<style|position/i)
    expect(await page.evaluate("window.hacked")).toBeUndefined()
    expect(requested.filter((each) => !each.startsWith(`${origin}/`))).toEqual([])
    expect(page.url()).toBe(`${origin}/`)
  })

  it("keeps what CloudWatch's own examples are made of", async () => {
    const own = `<table class="t"><tbody><tr><td colspan="2">a <b>b</b></td></tr></tbody></table><a class="btn btn-primary">Go</a><cwdb-action action="call" endpoint="arn:aws:lambda:f" display="popup" confirmation="Sure?">{"a":1}</cwdb-action>`
    expect(await shown(own)).toBe(own)
  })

  it("keeps colours and sizes of a style", async () => {
    expect(await shown(`<p style="color: rgb(1, 2, 3); width: calc(50% - 4px); position: fixed">a</p>`)).toBe(
      `<p style="color: rgb(1, 2, 3); width: calc(50% - 4px);">a</p>`
    )
  })

  it("leads to other pages in a tab of their own, which learns nothing of this one", async () => {
    expect(await shown(`<a href="https://example.com/" target="_self">a</a>`)).toBe(
      `<a href="https://example.com/" target="_blank" rel="noreferrer noopener">a</a>`
    )
  })
})
