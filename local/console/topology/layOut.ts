/**
 * Lays a topology out in cells, always in the same way: what messages pass when all goes well from left to right on top,
 * what they pass when they have failed from right to left below. So the way back from the healer to the queue closes a loop.
 */
import type { Cell, Topology, TopologyEdge, TopologyNode } from "./Topology.ts"

/** Places of nodes by their ids. */
export type Layout = ReadonlyMap<string, Cell>

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Ends of the line: nothing leaves them. */
const isSink = ({ id }: TopologyNode, edges: ReadonlyArray<TopologyEdge>): boolean =>
  edges.every(({ from }) => from !== id)

/** The longest way to each node over these edges; an edge that closes a cycle counts for nothing. */
const depthsOf = (ids: ReadonlyArray<string>, edges: ReadonlyArray<TopologyEdge>): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>()
  const depthOf = (id: string, path: ReadonlySet<string>): number => {
    const known = depths.get(id)
    if (known !== undefined) return known
    const before = edges.filter(({ to, from }) => to === id && !path.has(from))
    const depth = Math.max(0, ...before.map(({ from }) => 1 + depthOf(from, new Set([...path, from]))))
    depths.set(id, depth)
    return depth
  }
  for (const id of ids) depthOf(id, new Set([id]))
  return depths
}

/** Everything that can be reached from these without entering what is shut. */
const reachedFrom = (
  starts: ReadonlyArray<string>,
  edges: ReadonlyArray<TopologyEdge>,
  isShut: (id: string) => boolean
): ReadonlySet<string> => {
  const reached = new Set(starts)
  const next = [...starts]
  for (let id = next.pop(); id !== undefined; id = next.pop())
    for (const { from, to } of edges) {
      if (from !== id || reached.has(to) || isShut(to)) continue
      reached.add(to)
      next.push(to)
    }
  return reached
}

/** Puts nodes into rows of their columns, at most so many in each: the next ones go one column further. */
const placeColumns = (
  columns: ReadonlyMap<number, ReadonlyArray<string>>,
  { firstRow, direction, most }: { readonly firstRow: number; readonly direction: 1 | -1; readonly most: number },
  layout: Map<string, Cell>
): void => {
  for (const [column, ids] of [...columns].sort(([one], [other]) => one - other))
    ids.forEach((id, index) => {
      const place = { column: column + direction * Math.floor(index / most), row: firstRow + (index % most) }
      layout.set(id, place)
    })
}

const grouped = (
  ids: Iterable<string>,
  columnOf: (id: string) => number,
  compare: (one: string, other: string) => number
): ReadonlyMap<number, ReadonlyArray<string>> => Map.groupBy([...ids].sort(compare), columnOf)

/** A layout for a wide screen, and one for a narrow one, two nodes wide. */
export interface Layouts {
  readonly wide: Layout
  readonly narrow: Layout
}

/** Lays out; no two nodes share a cell, and there are no negative ones. */
export const layOut = ({ nodes, edges }: Topology): Layouts => {
  const deadLetterQueues = new Set(edges.filter(({ kind }) => kind === "redrive").map(({ to }) => to))
  const sinks = new Set(nodes.filter((node) => isSink(node, edges)).map(({ id }) => id))
  const entered = new Set(edges.map(({ to }) => to))
  const sources = nodes.filter(({ id }) => !entered.has(id)).map(({ id }) => id)
  const isOff = (id: string): boolean => deadLetterQueues.has(id) || sinks.has(id)
  // A source is always on it, even one that leads nowhere.
  const spine = reachedFrom(sources, edges, isOff)
  const failed = reachedFrom([...deadLetterQueues], edges, (id) => spine.has(id))
  const rest = nodes.map(({ id }) => id).filter((id) => !spine.has(id) && !failed.has(id))

  const upper = new Set([...spine, ...rest])
  const upperDepths = depthsOf(
    [...upper],
    edges.filter(({ from, to }) => upper.has(from) && upper.has(to))
  )
  const weight = (id: string): number => edges.filter(({ from, to }) => from === id || to === id).length
  const leads = (id: string): number => edges.filter(({ from, to }) => from === id && !isOff(to)).length
  const heaviestFirst = (one: string, other: string): number =>
    leads(other) - leads(one) || weight(other) - weight(one) || byText(one, other)
  const layout = new Map<string, Cell>()
  placeColumns(
    grouped(upper, (id) => upperDepths.get(id) ?? 0, heaviestFirst),
    { firstRow: 0, direction: 1, most: 3 },
    layout
  )

  const rowsAbove = Math.max(0, ...[...layout.values()].map(({ row }) => row + 1))
  const feeders = edges.filter(({ from, to }) => spine.has(from) && deadLetterQueues.has(to)).map(({ from }) => from)
  const lastFeeder = Math.max(0, ...feeders.map((id) => layout.get(id)?.column ?? 0))
  const lowerDepths = depthsOf(
    [...failed],
    edges.filter(({ from, to }) => failed.has(from) && failed.has(to))
  )
  const flow = (id: string): number => (sinks.has(id) ? 1 : 0)
  const lower = grouped(
    failed,
    (id) => lastFeeder - (lowerDepths.get(id) ?? 0),
    (one, other) => flow(one) - flow(other) || heaviestFirst(one, other)
  )
  placeColumns(lower, { firstRow: rowsAbove, direction: -1, most: 2 }, layout)
  const wide = separated(layout)
  return { wide, narrow: stacked(wide, new Set(failed)) }
}

/** The same from top to bottom: column by column as messages pass them, two nodes side by side. */
const stacked = (wide: Layout, failed: ReadonlySet<string>): Layout => {
  const columns = Map.groupBy([...wide], ([id, { column }]) => (failed.has(id) ? 1000 - column : column))
  const result = new Map<string, Cell>()
  let row = 0
  for (const [, column] of [...columns].sort(([one], [other]) => one - other)) {
    const ids = column.toSorted(([, one], [, other]) => one.row - other.row).map(([id]) => id)
    ids.forEach((id, index) => {
      result.set(id, { column: index % 2, row: row + Math.floor(index / 2) })
    })
    row += Math.ceil(ids.length / 2)
  }
  return result
}

/** Moves what has run over the left edge to the right, and what shares a cell one row down. */
const separated = (layout: Layout): Layout => {
  const left = Math.min(0, ...[...layout.values()].map(({ column }) => column))
  const taken = new Set<string>()
  const result = new Map<string, Cell>()
  for (const [id, { column, row }] of layout) {
    let at = row
    while (taken.has(`${column} ${at}`)) at += 1
    taken.add(`${column} ${at}`)
    result.set(id, { column: column - left, row: at })
  }
  return result
}
