/**
 * Which route a request takes: the most specific one.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import type { Route } from "./HttpApi.ts"

/** A route, with the values of the variables in its path. */
export interface RouteMatch {
  readonly route: Route
  readonly pathParameters: Readonly<Record<string, string>>
}

/** Literal segments come before variables, and these before greedy ones. */
const rankOf = (segment: string): number => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0)

const nameOf = (segment: string): string => segment.replace(/^\{|\+?\}$/g, "")

const parametersOf = (
  template: ReadonlyArray<string>,
  path: ReadonlyArray<string>
): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {}
  for (const [index, segment] of template.entries()) {
    const given = path[index]
    if (given === undefined || (rankOf(segment) > 0 && given === "")) return undefined
    if (rankOf(segment) === 2) {
      parameters[nameOf(segment)] = decodeURIComponent(path.slice(index).join("/"))
      return parameters
    }
    if (rankOf(segment) === 1) parameters[nameOf(segment)] = decodeURIComponent(given)
    else if (segment !== given) return undefined
  }
  return template.length === path.length ? parameters : undefined
}

const compareTemplates = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  for (const [index, segment] of left.entries()) {
    const difference = rankOf(segment) - rankOf(right[index] ?? "")
    if (difference !== 0) return difference
  }
  return right.length - left.length
}

/**
 * The route of a request; `$default` when no other fits, `undefined` when there is none.
 * Throws `URIError` for a path that is not properly percent-encoded.
 */
export const matchRoute = (routes: Iterable<Route>, method: string, path: string): RouteMatch | undefined => {
  const segments = path.split("/")
  let best: (RouteMatch & { readonly template: ReadonlyArray<string>; readonly any: boolean }) | undefined
  let fallback: RouteMatch | undefined
  for (const route of routes) {
    if (route.routeKey === "$default") {
      fallback = { route, pathParameters: {} }
      continue
    }
    const [routeMethod = "", routePath = ""] = route.routeKey.split(" ")
    if (routeMethod !== "ANY" && routeMethod !== method) continue
    const template = routePath.split("/")
    const pathParameters = parametersOf(template, segments)
    if (pathParameters === undefined) continue
    const any = routeMethod === "ANY"
    const order = best === undefined ? -1 : compareTemplates(template, best.template) || Number(any) - Number(best.any)
    if (order < 0) best = { route, pathParameters, template, any }
  }
  return best ?? fallback
}
