/** `npm run iam:statements`: prints what every role may do, and what every resource lets in; `--write` keeps it in the docs. */
import { writeFile } from "node:fs/promises"
import { describeStatements } from "../test/privileges/describeStatements.ts"
import { startSubject } from "../test/privileges/startSubject.ts"

const subject = await startSubject()
const text = describeStatements(subject)
await subject.close()
if (process.argv.includes("--write")) await writeFile(new URL("../docs/security/statements.md", import.meta.url), text)
else console.log(text)
process.exit(0)
