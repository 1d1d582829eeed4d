// Loaded before a command's own code (`node --import`), which an older Node cannot even parse: plain JavaScript, so that
// such a Node says in one sentence what it lacks.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: this needs Node 22.19 or later. \`npm ci\` installs one for the npm scripts.`
  )
  process.exit(1)
}
