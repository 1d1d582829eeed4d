// Talking to the console's server.

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>} what the server answered; it rejects with the server's own sentence
 */
const call = async (path, init) => {
  const response = await fetch(path, init)
  const body = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(body.error ?? `The console answered ${response.status}.`)
  return body
}

/**
 * @param {string} path
 * @param {Readonly<Record<string, string | undefined>>} [query]
 */
export const get = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return call(`${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`)
}

/**
 * @param {string} path
 * @param {unknown} body
 */
export const post = (path, body) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
