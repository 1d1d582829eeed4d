// Run in a process of its own by chromium.ts: the package unpacks into the directory for temporary files, whichever that
// is, and TMPDIR says so for this process alone. Plain JavaScript, so that any Node that runs the tests runs it.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { inflate } from "@sparticuz/chromium"

const packed = fileURLToPath(new URL("../bin", import.meta.resolve("@sparticuz/chromium")))
for (const file of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"])
  await inflate(join(packed, file))
