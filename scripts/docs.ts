/**
 * Writes what of the documentation follows from the doc comments of the sources: the tables of arguments and outputs in the
 * components' pages, and the API reference.
 *
 *   npm run docs                # both
 *   npm run docs -- --tables    # the tables alone, in a second
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { apiFolder, writeApiReference } from "./docs/apiReference.ts"
import { tables, withTables } from "./docs/tables.ts"

const root = fileURLToPath(new URL("../", import.meta.url)).replace(/\/$/, "")
const { values } = parseArgs({ options: { tables: { type: "boolean", default: false } } })

const { table } = tables(root)
for (const name of readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".md")) continue
  const path = join(root, "docs", name)
  const page = readFileSync(path, "utf8")
  const written = withTables(page, table)
  if (written === page) continue
  writeFileSync(path, written)
  console.log(`docs/${name}: tables written`)
}

if (!values.tables) {
  // What is there stays until the new reference is whole, and no page outlives its module.
  const whole = mkdtempSync(join(tmpdir(), "api-"))
  try {
    await writeApiReference(root, whole)
    rmSync(join(root, apiFolder), { recursive: true, force: true })
    cpSync(whole, join(root, apiFolder), { recursive: true })
    console.log(`${apiFolder}: written`)
  } finally {
    rmSync(whole, { recursive: true, force: true })
  }
}
