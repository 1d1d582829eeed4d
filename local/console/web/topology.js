// The topology as a drawing, its figures, and messages moving on it.
import { byId, element, replace, setText, svg } from "./dom.js"
import { colourOf, number, plural } from "./format.js"
import { pathOf, routeEdges } from "./routing.js"

/** @typedef {import("../protocol.ts").StackDescription} Stack */
/** @typedef {import("../protocol.ts").LiveState} LiveState */
/** @typedef {Stack["nodes"][number]} TopologyNode */
/** @typedef {{ group: SVGGElement, figure: SVGTextElement, bars: ReadonlyArray<SVGRectElement>, badge: SVGGElement, node: TopologyNode }} Drawn */

const wideGrid = { nodeWidth: 176, nodeHeight: 66, columnGap: 58, rowGap: 44 }
const narrowGrid = { nodeWidth: 152, nodeHeight: 64, columnGap: 24, rowGap: 42 }
const margin = 30
const barWidth = 3

/** How long a message is on its way over an edge, in milliseconds. */
const wayMilliseconds = 750
/** More dots at once say nothing more. */
const mostDots = 5
const mostDotsAtAll = 120

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)")

/** @type {Readonly<Record<string, string>>} */
const glyphs = {
  distribution: "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11M2.5 8h11M8 2.5c-3 3.2-3 7.8 0 11c3-3.2 3-7.8 0-11",
  api: "M3 8h10M9.5 4.5 13 8l-3.5 3.5M3 4v8",
  function: "M4.5 3h2.2l4.6 10h2.2M8.3 7.2 5 13",
  topic: "M3 6.5v3h2.5L11 12.5v-9L5.5 6.5zM13 6.5v3",
  queue: "M2.5 4.5h11v7h-11zM6.2 4.5v7M9.8 4.5v7",
  table: "M3 3.5h10v9H3zM3 6.5h10M3 9.5h10M6.5 6.5v6",
  bucket: "M3 4h10l-1.3 9H4.3zM3.4 7h9.2",
  external: "M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5"
}

/** @type {Map<string, Drawn>} */
const drawn = new Map()
/** @type {Map<string, SVGPathElement>} */
const paths = new Map()
/** @type {SVGGElement | undefined} */
let dotLayer
/** @type {Stack | undefined} */
let shownStack
/** @type {LiveState | undefined} */
let lastState
/** @type {string | undefined} */
let selected

/** Room for so many letters of the label. @param {string} label @param {number} most */
const fitting = (label, most) => (label.length <= most ? label : `${label.slice(0, most - 1)}…`)

/**
 * @param {TopologyNode} node
 * @param {{ nodeWidth: number, nodeHeight: number }} grid
 * @param {number} x
 * @param {number} y
 * @returns {Drawn}
 */
const drawNode = (node, { nodeWidth, nodeHeight }, x, y) => {
  const figure = svg("text", { class: "node-figure", x: 38, y: 46 })
  const bars = ["visible", "in-flight", "delayed"].map((state) =>
    svg("rect", { class: `node-bar ${state}`, x: 1, y: nodeHeight - barWidth - 1, width: 0, height: barWidth })
  )
  const badge = svg(
    "g",
    { class: "node-alarm", transform: `translate(${nodeWidth - 9} 0)` },
    svg("circle", { r: 9 }),
    svg("path", { d: "M0-4.5V1M0 3.6v.4" })
  )
  badge.setAttribute("hidden", "")
  const group = svg(
    "g",
    {
      class: "node",
      "data-kind": node.kind,
      "data-node": node.id,
      transform: `translate(${x} ${y})`,
      tabindex: "0",
      role: "button",
      "aria-pressed": "false",
      onclick: () => select(node.id),
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || (event.key !== "Enter" && event.key !== " ")) return
        event.preventDefault()
        select(node.id)
      }
    },
    svg("rect", { class: "node-box", width: nodeWidth, height: nodeHeight, rx: 10 }),
    svg("path", { class: "node-glyph", d: glyphs[node.kind] ?? "", transform: "translate(15 16) scale(1.05)" }),
    svg("text", { class: "node-label", x: 38, y: 28 }, fitting(node.label, nodeWidth > 160 ? 18 : 16)),
    figure,
    ...bars,
    badge
  )
  return { group, figure, bars, badge, node }
}

/** @param {Stack} stack */
const draw = (stack) => {
  const isNarrow = matchMedia("(max-width: 760px)").matches
  const grid = isNarrow ? narrowGrid : wideGrid
  /** @param {TopologyNode} node */
  const cellOf = (node) => (isNarrow ? node.narrow : node.wide)
  /** Narrow, everything is laid out on its side and then turned. @param {{ column: number, row: number }} cell */
  const turned = ({ column, row }) => (isNarrow ? { column: row, row: column } : { column, row })
  const sides = isNarrow
    ? { nodeWidth: grid.nodeHeight, nodeHeight: grid.nodeWidth, columnGap: grid.rowGap, rowGap: grid.columnGap }
    : grid
  const cells = new Map(stack.nodes.map((node) => [node.id, cellOf(node)]))
  const nowhere = { column: 0, row: 0 }
  const routes = routeEdges(
    stack.edges.map(({ from, to }) => ({
      from: turned(cells.get(from) ?? nowhere),
      to: turned(cells.get(to) ?? nowhere)
    })),
    [...cells.values()].map(turned),
    sides
  )
  drawn.clear()
  paths.clear()
  const edgeLayer = svg("g", { class: "edges" })
  stack.edges.forEach((edge, index) => {
    const points = (routes[index] ?? []).map(({ x, y }) => (isNarrow ? { x: y, y: x } : { x, y }))
    const path = svg("path", {
      class: "edge",
      "data-kind": edge.kind,
      "data-edge": edge.id,
      d: pathOf(points, 12),
      "marker-end": "url(#arrow)"
    })
    paths.set(edge.id, path)
    edgeLayer.append(path)
  })
  const nodeLayer = svg("g", { class: "nodes" })
  for (const node of stack.nodes) {
    const { column, row } = cellOf(node)
    const made = drawNode(node, grid, column * (grid.nodeWidth + grid.columnGap), row * (grid.nodeHeight + grid.rowGap))
    drawn.set(node.id, made)
    nodeLayer.append(made.group)
  }
  const columns = Math.max(0, ...[...cells.values()].map(({ column }) => column)) + 1
  const rows = Math.max(0, ...[...cells.values()].map(({ row }) => row)) + 1
  const width = columns * (grid.nodeWidth + grid.columnGap) - grid.columnGap
  const height = rows * (grid.nodeHeight + grid.rowGap) - grid.rowGap
  dotLayer = svg("g", { class: "dots", "aria-hidden": "true" })
  const sideways = isNarrow ? 8 : margin
  replace(
    byId("topology"),
    svg(
      "svg",
      {
        viewBox: `${-sideways} ${-margin} ${width + 2 * sideways} ${height + 2 * margin}`,
        role: "group",
        "aria-label": `${plural(stack.nodes.length, "resource")}, ${plural(stack.edges.length, "connection")}`
      },
      svg(
        "defs",
        {},
        svg(
          "marker",
          { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
          svg("path", { class: "arrow", d: "M1 1l6 3-6 3" })
        )
      ),
      edgeLayer,
      dotLayer,
      nodeLayer
    )
  )
  if (lastState !== undefined) showState(lastState)
  describeSelection()
}

/**
 * Draws the topology of a stack, now and whenever the screen becomes narrow or wide.
 *
 * @param {Stack} stack
 */
export const showTopology = (stack) => {
  shownStack = stack
  draw(stack)
  matchMedia("(max-width: 760px)").addEventListener("change", () => draw(stack))
}

/** @param {string} id */
const select = (id) => {
  selected = selected === id ? undefined : id
  describeSelection()
}

const describeSelection = () => {
  const note = byId("topology-note")
  for (const [id, { group }] of drawn) {
    group.classList.toggle("selected", id === selected)
    group.setAttribute("aria-pressed", String(id === selected))
  }
  for (const edge of shownStack?.edges ?? [])
    paths
      .get(edge.id)
      ?.classList.toggle("near", selected !== undefined && (edge.from === selected || edge.to === selected))
  const node = selected === undefined ? undefined : drawn.get(selected)?.node
  if (node === undefined) {
    setText(note, "From the resources that the program registered")
    return
  }
  const alarms = (lastState?.alarms ?? []).filter((alarm) => alarm.node === node.id)
  const states = alarms.map(({ label, state }) => `${label}: ${state === "INSUFFICIENT_DATA" ? "no data" : state}`)
  const edges = (shownStack?.edges ?? []).filter(({ from, label }) => from === node.id && label !== undefined)
  replace(
    note,
    element("code", {}, node.physicalName),
    ` · ${[node.type, ...edges.map(({ label }) => String(label)), ...states].join(" · ")}`
  )
}

/**
 * @param {TopologyNode} node
 * @param {import("../protocol.ts").NodeFigures} figures
 * @param {LiveState} state
 */
const figureText = ({ kind, physicalName }, figures, state) => {
  const { visible = 0, inFlight = 0, delayed = 0, invocations = 0, errors = 0, count = 0 } = figures
  switch (kind) {
    case "queue": {
      const parts = [
        visible > 0 ? `${visible} waiting` : "",
        inFlight > 0 ? `${inFlight} in hand` : "",
        delayed > 0 ? `${delayed} delayed` : ""
      ]
      const some = parts.filter((part) => part !== "")
      if (some.length > 2) return `${visible} · ${inFlight} · ${delayed}`
      return some.length === 0 ? "empty" : some.join(", ")
    }
    case "function":
      return errors > 0 ? `${number(invocations)} runs, ${errors} failed` : plural(invocations, "run")
    case "topic":
      return `${number(count)} published`
    case "table":
      return plural(count, "item")
    case "bucket":
      return plural(count, "object")
    case "external":
      return `${state.gatewayMode === "working" ? "" : `${state.gatewayMode} · `}${plural(count, "call")}`
    case "distribution":
      return "CloudFront"
    default:
      return kind === "api" ? "HTTP API" : physicalName
  }
}

/** @param {LiveState} state */
export const showState = (state) => {
  lastState = state
  for (const [id, { group, figure, bars, badge, node }] of drawn) {
    const figures = state.figures[id] ?? {}
    const text = figureText(node, figures, state)
    setText(figure, text)
    const alarms = state.alarms.filter((alarm) => alarm.node === id && alarm.state === "ALARM")
    badge.toggleAttribute("hidden", alarms.length === 0)
    const breaker = state.breakers.find(
      ({ dependency }) => dependency === node.label || dependency.startsWith(`${node.label}-`)
    )
    const isBroken =
      node.kind === "external" &&
      (state.gatewayMode !== "working" || (breaker !== undefined && breaker.state !== "closed"))
    group.classList.toggle("broken", isBroken)
    group.classList.toggle("running", (figures.running ?? 0) > 0)
    // Its name is what it shows; what a colour or a badge says is said as well.
    const said = [node.kind, ...alarms.map(({ label }) => `alarm ${label}`), isBroken ? "broken" : ""]
    const description = said.filter((part) => part !== "").join(", ")
    if (group.getAttribute("aria-description") !== description) group.setAttribute("aria-description", description)
    if (node.kind !== "queue") continue
    const counts = [figures.visible ?? 0, figures.inFlight ?? 0, figures.delayed ?? 0]
    const total = counts.reduce((sum, count) => sum + count, 0)
    const room = Number(group.querySelector(".node-box")?.getAttribute("width") ?? 0) - 20
    // A full bar is fifty messages: how long it is says how much there is, by a root so that one can be seen.
    const length = Math.min(1, Math.sqrt(total / 50)) * room
    let x = 10
    bars.forEach((bar, index) => {
      const width = total === 0 ? 0 : ((counts[index] ?? 0) / total) * length
      bar.setAttribute("x", String(x))
      bar.setAttribute("width", String(width))
      x += width
    })
  }
  if (selected !== undefined) describeSelection()
}

/** @param {SVGPathElement} path @param {string} tone @param {number} delay */
const sendDot = (path, tone, delay) => {
  if (dotLayer === undefined || dotLayer.childElementCount > mostDotsAtAll) return
  const length = path.getTotalLength()
  const dot = svg("circle", { class: "dot", r: 4.5, "data-tone": tone, "data-code": colourOf(tone) })
  dot.setAttribute("visibility", "hidden")
  dotLayer.append(dot)
  const begin = performance.now() + delay
  /** @param {number} now */
  const move = (now) => {
    const share = (now - begin) / wayMilliseconds
    if (share >= 1 || !dot.isConnected) return dot.remove()
    if (share >= 0) {
      const eased = share < 0.5 ? 2 * share * share : 1 - (2 - 2 * share) ** 2 / 2
      const { x, y } = path.getPointAtLength(eased * length)
      dot.setAttribute("cx", String(x))
      dot.setAttribute("cy", String(y))
      dot.removeAttribute("visibility")
    }
    requestAnimationFrame(move)
  }
  requestAnimationFrame(move)
}

/** @type {Map<SVGPathElement, ReturnType<typeof setTimeout>>} */
const lit = new Map()

/**
 * Messages move: as dots, or, for people who want no motion, as edges that light up.
 *
 * @param {ReadonlyArray<import("../protocol.ts").Flow>} flows
 */
export const showFlows = (flows) => {
  if (document.hidden) return
  for (const { edge, count, tone } of flows) {
    const path = paths.get(edge)
    if (path === undefined) continue
    path.dataset["tone"] = tone
    path.dataset["code"] = colourOf(tone)
    clearTimeout(lit.get(path))
    lit.set(
      path,
      setTimeout(() => {
        delete path.dataset["tone"]
        delete path.dataset["code"]
      }, 1200)
    )
    if (reducedMotion.matches) continue
    const dots = Math.min(count, mostDots)
    for (let index = 0; index < dots; index += 1) sendDot(path, tone, (index * 240) / dots)
  }
}
