/** Starts an embedded AWS with a function, invokes it and closes everything; then nothing keeps this process alive. */
import { startEmbeddedAws } from "../../local/EmbeddedAws.ts"

const aws = await startEmbeddedAws()
const { error, outputs } = await aws.deploy({
  program: new URL("./pulumi/programs/function.ts", import.meta.url),
  stack: "local"
})
if (error !== undefined) throw error
const { payload } = await aws.lambda.invoke(String(outputs["functionArn"]), { name: "you" })
await aws.close()
console.log(JSON.stringify(payload))
