import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { apiFolder, readFolder, writeApiReference } from "../../scripts/docs/apiReference.ts"
import { root } from "./pages.ts"

const folder = mkdtempSync(join(tmpdir(), "api-"))
afterAll(() => rmSync(folder, { recursive: true }))

it("the API reference is what `npm run docs` writes from the doc comments, and every public declaration has one", async () => {
  await writeApiReference(root, folder)
  expect(Object.fromEntries(readFolder(join(root, apiFolder)))).toEqual(Object.fromEntries(readFolder(folder)))
})
