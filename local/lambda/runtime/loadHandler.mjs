/** Finds and loads a function's handler, with the runtime's own error types for what can be wrong with it. */
import { existsSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"

const failure = (name, message, cause) => {
  const error = new Error(message)
  Object.defineProperty(error, "name", { value: name, configurable: true })
  if (cause?.stack) error.stack = cause.stack
  return error
}

const importModule = async (file) => {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw failure("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, error)
    }
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw failure("Runtime.ImportModuleError", `Error: ${error.message}`, error)
    }
    throw error
  }
}

/** The exported function that `handler` names, e.g. `index.handler` or `folder/file.object.method`. */
export const loadHandler = async (taskRoot, handler) => {
  const name = basename(handler)
  const dot = name.indexOf(".")
  if (dot <= 0 || dot === name.length - 1) throw failure("Runtime.MalformedHandlerName", "Bad handler")
  const moduleName = name.slice(0, dot)
  const path = name.slice(dot + 1)
  const stem = resolve(taskRoot, dirname(handler), moduleName)
  const file = [".js", ".mjs", ".cjs"]
    .map((extension) => `${stem}${extension}`)
    .find((candidate) => existsSync(candidate))
  if (file === undefined) {
    throw failure("Runtime.ImportModuleError", `Error: Cannot find module '${moduleName}'`)
  }
  const module = await importModule(file)
  const find = (root) => path.split(".").reduce((value, key) => value?.[key], root)
  const found = find(module) ?? find(module.default)
  if (found === undefined) throw failure("Runtime.HandlerNotFound", `${handler} is undefined or not exported`)
  if (typeof found !== "function") throw failure("Runtime.HandlerNotFound", `${handler} is not a function`)
  if (found.length >= 3) {
    throw failure(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature."
    )
  }
  return found
}
