/** The files of the page: its own, and those of the chart library as its package has them. */
import { readdir, readFile } from "node:fs/promises"
import type { ServerResponse } from "node:http"
import { extname } from "node:path"
import { fileURLToPath } from "node:url"

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml"
}

const web = new URL("./web/", import.meta.url)

const chartLibrary = (file: string): URL => new URL(`./dist/${file}`, import.meta.resolve("uplot/package.json"))

/** Paths and files, listed once: what is not listed does not exist, whatever a path looks like. */
export const listFiles = async (): Promise<ReadonlyMap<string, URL>> => {
  const names = await readdir(fileURLToPath(web))
  const own = names.filter((name) => Object.hasOwn(types, extname(name)))
  return new Map([
    ["/", new URL("index.html", web)],
    ...own.map((name) => [`/${name}`, new URL(name, web)] as const),
    ["/uplot.js", chartLibrary("uPlot.esm.js")],
    ["/uplot.css", chartLibrary("uPlot.min.css")]
  ])
}

/** Sends a file. */
export const sendFile = async (response: ServerResponse, file: URL): Promise<void> => {
  const content = await readFile(file)
  response.writeHead(200, { "content-type": types[extname(file.pathname)] ?? "application/octet-stream" }).end(content)
}
