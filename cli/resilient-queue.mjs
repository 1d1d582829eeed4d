#!/usr/bin/env node
// Plain JavaScript: an older Node says in one sentence what it lacks, instead of not being able to parse the rest.
import "../local/requireNode.mjs"

const { enableCompileCache } = await import("node:module")
enableCompileCache?.()
await import("./process.ts")
