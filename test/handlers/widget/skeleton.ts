/** What HTML is made of, without its texts: by this a hostile text shows that it became more than text. */

/** A tag as the widget writes them; anything else that begins with `<` is a finding. */
const tag = /<(\/?)([a-z0-9-]+)((?: [a-z]+="[^"<>]*")*)>/g

const allowed: ReadonlySet<string> = new Set([
  ...["a", "b", "br", "cwdb-action", "h3", "p"],
  ...["table", "tbody", "td", "th", "thead", "tr"]
])

/** The tags of HTML in their order, each with the names of its attributes. Throws where there is anything but tags and text. */
export const skeletonOf = (html: string): ReadonlyArray<string> => {
  const tags = [...html.matchAll(tag)].map(([, closing = "", name = "", attributes = ""]) => {
    if (!allowed.has(name)) throw new Error(`<${name}> is none of ours`)
    return `${closing}${name} ${[...attributes.matchAll(/ ([a-z]+)="[^"]*"/g)].map(([, each]) => each).join(" ")}`.trim()
  })
  const text = html.replace(tag, "")
  if (/[<>]/.test(text)) throw new Error(`there is more than tags and text: ${text.slice(0, 200)}`)
  return tags
}

/** Every attribute of this name, as it is written. */
export const attributesOf = (html: string, name: string): ReadonlyArray<string> =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value)

/** What each call hands to its function. */
export const callsOf = (html: string): ReadonlyArray<{ readonly endpoint: string; readonly parameters: unknown }> =>
  [...html.matchAll(/<cwdb-action action="call" endpoint="([^"]*)"[^>]*>([^<]*)<\/cwdb-action>/g)].map(
    ([, endpoint = "", json = ""]) => ({ endpoint, parameters: JSON.parse(json) })
  )

/** Whether each action stands right behind the element that it belongs to. */
export const actionsFollowLinks = (html: string): boolean =>
  [...html.matchAll(/(.{4})<cwdb-action/gs)].every(([, before]) => before === "</a>")
