import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as dynamodb from "@aws-sdk/client-dynamodb"
import * as s3 from "@aws-sdk/client-s3"
import * as secretsManager from "@aws-sdk/client-secrets-manager"
import * as sns from "@aws-sdk/client-sns"
import * as sqs from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { blocksOf, root, writtenPages } from "./pages.ts"
import { commandsOf, optionsOf, type ShownCommand, shownCommands } from "./shell.ts"

const beginning = (tool: string): ReadonlyArray<readonly [string, ShownCommand]> =>
  shownCommands.filter(({ words }) => words[0] === tool).map((shown) => [shown.words.join(" "), shown])

describe("a command", () => {
  it("is found in pipes, substitutions and behind assignments", () => {
    const shell = `ARN=$(aws sqs get-queue-attributes --queue-url "$URL" \\\n  --query 'A | B')  # a | remark\ncurl x | jq . && npm test`
    expect(commandsOf(shell).map((words) => words.slice(0, 3).join(" "))).toEqual([
      "curl x",
      "jq .",
      "npm test",
      "aws sqs get-queue-attributes"
    ])
  })
})

describe("blocks", () => {
  const shells = writtenPages.flatMap((page) => blocksOf(page, "sh").map((shell) => [page, shell] as const))

  it.each(shells)("of shell can be parsed: %s", (_, shell) => {
    expect(execFileSync("sh", ["-n"], { input: shell, encoding: "utf8" })).toBe("")
  })

  it.each(writtenPages.filter((page) => blocksOf(page, "(?:yaml|json)").length > 0))(
    "of YAML and JSON can be read: %s",
    (page) => {
      for (const block of blocksOf(page, "yaml")) expect(parse(block, { uniqueKeys: false })).toBeDefined()
      for (const block of blocksOf(page, "json")) expect(JSON.parse(block)).toBeDefined()
    }
  )
})

describe("npm", () => {
  const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts

  /** A script's own sources and what they import of their kind: somewhere there its options are read. */
  const sourcesOf = (path: string, seen = new Map<string, string>()): ReadonlyMap<string, string> => {
    if (seen.has(path) || !existsSync(path)) return seen
    const text = readFileSync(path, "utf8")
    seen.set(path, text)
    for (const [, source = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      const imported = join(dirname(path), source)
      if (!/\/(components|handlers)\//.test(imported)) sourcesOf(imported, seen)
    }
    return seen
  }

  it.each(beginning("npm"))("knows: %s", (_, { words: [, ...words] }) => {
    const [subcommand = "", ...rest] = words.filter((word) => word !== "--silent")
    if (["ci", "install", "start", "test"].includes(subcommand)) return
    expect(subcommand).toBe("run")
    const [script = "", separator] = rest
    const command = scripts[script] ?? ""
    expect(command, `the script ${script}`).not.toBe("")
    const options = optionsOf(rest)
    if (options.length === 0) return
    // Without `--` they would be npm's own.
    expect(separator).toBe("--")
    const file = command.split(" ").findLast((word) => /\.m?[jt]s$/.test(word))
    const sources = [...sourcesOf(join(root, file ?? "nothing")).values()].join("\n")
    const unknown = options.filter(
      (option) => !new RegExp(`--${option}\\b|"${option}"|\\b${option}: \\{`).test(sources)
    )
    expect(unknown).toEqual([])
  })
})

describe("pulumi", () => {
  const outputs = [...readFileSync(join(root, "index.ts"), "utf8").matchAll(/^export const (\w+)/gm)].map(
    ([, name]) => name
  )
  /** https://www.pulumi.com/docs/iac/cli/commands/ */
  const known: Readonly<Record<string, readonly string[]>> = {
    up: ["stack", "yes", "refresh", "policy-pack", "policy-pack-config"],
    preview: ["stack", "diff", "policy-pack"],
    destroy: ["stack"],
    "stack init": [],
    "stack output": ["stack", "json"],
    "config get": ["stack"],
    "config set": ["stack", "secret"]
  }

  it.each(beginning("pulumi"))("knows: %s", (_, { words: [, first = "", second = "", third] }) => {
    const subcommand = first in known ? first : `${first} ${second}`
    expect(Object.keys(known)).toContain(subcommand)
    if (subcommand === "stack output" && third !== undefined && !third.startsWith("--"))
      expect(outputs).toContain(third)
  })

  it.each(beginning("pulumi"))("knows the options of: %s", (_, { words }) => {
    const subcommand = Object.keys(known).find((name) => words.slice(1).join(" ").startsWith(name)) ?? ""
    expect(optionsOf(words).filter((option) => !known[subcommand]?.includes(option))).toEqual([])
  })
})

describe("aws", () => {
  /** The AWS CLI's own options. https://docs.aws.amazon.com/cli/latest/reference/ */
  const everywhere = ["query", "output", "region", "max-items", "no-paginate"]
  const clients: Readonly<Record<string, object>> = { dynamodb, s3api: s3, secretsmanager: secretsManager, sns, sqs }
  /** Services for which no client is installed. */
  const others: Readonly<Record<string, readonly string[]>> = {
    "iam put-role-policy": ["role-name", "policy-name", "policy-document"],
    "cloudwatch get-metric-statistics": [
      ...["namespace", "metric-name", "statistics", "period", "start-time", "end-time", "dimensions"]
    ],
    "lambda get-account-settings": [],
    "lambda list-event-source-mappings": ["event-source-arn", "function-name"],
    "lambda update-event-source-mapping": ["uuid", "enabled"],
    "lambda invoke": ["function-name", "invocation-type", "cli-binary-format", "payload"],
    "logs filter-log-events": ["log-group-name", "start-time", "filter-pattern"]
  }

  /** What an operation takes, by the schema of its service. */
  const membersOf = (service: string, operation: string): readonly string[] | undefined => {
    const name = operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
    const [, schema] =
      Object.entries(clients[service] ?? {}).find(([key]) => [`${name}Request$`, `${name}Input$`].includes(key)) ?? []
    return Array.isArray(schema) && Array.isArray(schema[4]) ? schema[4].map(String) : undefined
  }

  it.each(beginning("aws"))("knows: %s", (_, { words }) => {
    const [, service = "", operation = ""] = words
    const given = optionsOf(words).filter((option) => !everywhere.includes(option))
    const plain = (name: string) => name.replaceAll("-", "").toLowerCase()
    const members = others[`${service} ${operation}`] ?? membersOf(service, operation)
    expect(members, `${service} ${operation}: no client knows it; name its options above`).toBeDefined()
    const takes = new Set(members?.map(plain))
    expect(
      given.filter((option) => !takes.has(plain(option)) && !takes.has(plain(option.replace(/^no-/, ""))))
    ).toEqual([])
  })
})
