/** Starts the Pulumi Node.js runtime on a program, as the Pulumi CLI's language host does. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { type Engine, startEngine } from "./startEngine.ts"

/** How the program ended, and what the engine saw of it. */
export interface Run {
  readonly exitCode: number | null
  readonly standardError: string
  readonly engine: Engine
  readonly milliseconds: number
}

const runtime = fileURLToPath(new URL("../../node_modules/@pulumi/pulumi/cmd/run/index.js", import.meta.url))

/**
 * Runs the program of a folder.
 *
 * @param directory where `Pulumi.yaml` is, which names the entry as `main`.
 * @param workingDirectory where the language host is started; `--pwd` takes the runtime to the program.
 */
export const runProgram = async (
  directory: string,
  stack: string,
  config: Readonly<Record<string, string>> = {},
  entry = "index.ts"
): Promise<Run> => {
  const { project, values } = readStackConfig(directory, stack)
  const engine = await startEngine(project, stack)
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [
      runtime,
      ...["--monitor", engine.address],
      ...["--engine", engine.address],
      ...["--project", project],
      ...["--stack", stack],
      ...["--organization", "organization"],
      ...["--pwd", directory],
      ...["--parallel", "16"],
      entry
    ],
    {
      cwd: directory,
      // What the language host sets: `typescript: false`, and the configuration.
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        PULUMI_NODEJS_TYPESCRIPT: "false",
        PULUMI_CONFIG: JSON.stringify({ ...values, ...config })
      },
      stdio: ["ignore", "ignore", "pipe"]
    }
  )
  let standardError = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    standardError += text
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve))
  engine.close()
  return { exitCode, standardError, engine, milliseconds: performance.now() - started }
}
