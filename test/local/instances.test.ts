import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { announceInstance, findInstance, type Instance, runningInstances } from "../../local/instances.ts"
import { type Listening, listen } from "../../local/listen.ts"

let directory: string
let listening: Listening

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "instances "))
  listening = await listen(createServer((_, response) => response.writeHead(403).end()))
})

afterEach(async () => {
  await listening.close()
  rmSync(directory, { recursive: true })
})

const instance = (changes: Partial<Instance> = {}): Instance => ({
  pid: process.pid,
  startedAt: 1,
  endpoint: listening.url,
  region: "eu-west-1",
  administrator: { accessKeyId: "A", secretAccessKey: "S" },
  paymentGatewayUrl: "http://127.0.0.1:1",
  consoleUrl: "http://127.0.0.1:3",
  outputs: { apiUrl: "http://127.0.0.1:2" },
  ...changes
})

describe("running instances", () => {
  it("are none where nothing was ever started", async () => {
    expect(await runningInstances(join(directory, "nowhere"))).toEqual([])
  })

  it("are found with everything that was written, readable by this user alone, until they are taken off", async () => {
    const takeOff = announceInstance(instance(), directory)
    expect(await runningInstances(directory)).toEqual([instance()])
    expect(statSync(join(directory, `${process.pid}.json`)).mode & 0o077).toBe(0)
    takeOff()
    expect(await runningInstances(directory)).toEqual([])
    expect(readdirSync(directory)).toEqual([])
  })

  it("come with the newest first", async () => {
    announceInstance(instance(), directory)
    announceInstance(instance({ pid: process.ppid, startedAt: 2 }), directory)
    expect((await runningInstances(directory)).map(({ pid }) => pid)).toEqual([process.ppid, process.pid])
  })

  it("do not include one whose process is gone, whose endpoint does not answer, or whose file is broken", async () => {
    announceInstance(instance({ pid: 2 ** 22 + 1 }), directory)
    announceInstance(instance({ endpoint: "http://127.0.0.1:1" }), directory)
    writeFileSync(join(directory, "1.json"), "{")
    writeFileSync(join(directory, "2.json"), '{"pid":2}')
    expect(await runningInstances(directory)).toEqual([])
  })

  it("sweep away, when one starts, what killed ones have left", () => {
    announceInstance(instance({ pid: 2 ** 22 + 1 }), directory)
    announceInstance(instance(), directory)
    expect(readdirSync(directory)).toEqual([`${process.pid}.json`])
  })
})

describe("the instance that is meant", () => {
  it("is the newest one, else the one that has the port", async () => {
    expect(await findInstance(undefined, directory)).toMatch(/^No instance is running here/)
    announceInstance(instance(), directory)
    expect(await findInstance(undefined, directory)).toEqual(instance())
    expect(await findInstance("3", directory)).toEqual(instance())
    expect(await findInstance("2", directory)).toEqual(instance())
    expect(await findInstance("9", directory)).toBe(
      "No instance of this checkout listens on port 9; the consoles of those that run are on: 3."
    )
  })
})
