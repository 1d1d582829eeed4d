// Ways of the edges: from side to side of the nodes, through the gaps between columns and the lanes between rows.

/** @typedef {{ readonly x: number, readonly y: number }} Point */
/** @typedef {{ readonly column: number, readonly row: number }} Cell */

/**
 * @typedef {object} Grid
 * @property {number} nodeWidth
 * @property {number} nodeHeight
 * @property {number} columnGap
 * @property {number} rowGap
 */

const portSpacing = 11
const laneSpacing = 8

/** 0, 1, -1, 2, -2 …: the first way takes the middle. @param {number} index */
const aside = (index) => (index % 2 === 1 ? (index + 1) / 2 : -index / 2)

/**
 * The points of every edge's way, in the order of the edges.
 *
 * @param {ReadonlyArray<{ from: Cell, to: Cell }>} edges
 * @param {ReadonlyArray<Cell>} cells all that are taken
 * @param {Grid} grid
 * @returns {ReadonlyArray<ReadonlyArray<Point>>}
 */
export const routeEdges = (edges, cells, { nodeWidth, nodeHeight, columnGap, rowGap }) => {
  const taken = new Set(cells.map(({ column, row }) => `${column} ${row}`))
  /** @type {Map<string, number>} */
  const used = new Map()
  /** @param {string} key */
  const next = (key) => {
    const count = used.get(key) ?? 0
    used.set(key, count + 1)
    return count
  }
  /** @param {Cell} cell */
  const left = ({ column }) => column * (nodeWidth + columnGap)
  /** @param {Cell} cell */
  const top = ({ row }) => row * (nodeHeight + rowGap)
  /** @param {number} column the gap to the right of it */
  const gap = (column) =>
    (column + 1) * nodeWidth + column * columnGap + columnGap / 2 + aside(next(`gap ${column}`)) * laneSpacing
  /** @param {number} row the lane below it */
  const lane = (row) => (row + 1) * nodeHeight + row * rowGap + rowGap / 2 + aside(next(`lane ${row}`)) * laneSpacing
  /**
   * @param {Cell} cell
   * @param {"left" | "right" | "top" | "bottom"} side
   */
  const port = (cell, side) => {
    const offset = aside(next(`port ${cell.column} ${cell.row} ${side}`)) * portSpacing
    const x = left(cell)
    const y = top(cell)
    if (side === "left") return { x, y: y + nodeHeight / 2 + offset }
    if (side === "right") return { x: x + nodeWidth, y: y + nodeHeight / 2 + offset }
    return { x: x + nodeWidth / 2 + offset, y: side === "top" ? y : y + nodeHeight }
  }
  /**
   * @param {number} row
   * @param {number} one
   * @param {number} other
   */
  const isFree = (row, one, other) => {
    for (let column = Math.min(one, other) + 1; column < Math.max(one, other); column += 1)
      if (taken.has(`${column} ${row}`)) return false
    return true
  }

  return edges.map(({ from, to }) => {
    const columns = to.column - from.column
    const forward = columns > 0
    if (columns === 0) {
      const down = to.row > from.row
      const rows = Array.from(
        { length: Math.abs(to.row - from.row) - 1 },
        (_, index) => Math.min(from.row, to.row) + 1 + index
      )
      if (rows.every((row) => !taken.has(`${from.column} ${row}`))) {
        const start = port(from, down ? "bottom" : "top")
        return [start, { x: start.x, y: port(to, down ? "top" : "bottom").y }]
      }
      const start = port(from, "right")
      const end = port(to, "right")
      const x = gap(from.column)
      return [start, { x, y: start.y }, { x, y: end.y }, end]
    }
    const start = port(from, forward ? "right" : "left")
    const end = port(to, forward ? "left" : "right")
    const afterStart = forward ? from.column : from.column - 1
    const beforeEnd = forward ? to.column - 1 : to.column
    if (Math.abs(columns) === 1 && from.row === to.row && start.y === end.y) return [start, end]
    if (Math.abs(columns) === 1 || isFree(from.row, from.column, to.column)) {
      const x = gap(beforeEnd)
      return [start, { x, y: start.y }, { x, y: end.y }, end]
    }
    if (isFree(to.row, from.column, to.column)) {
      const x = gap(afterStart)
      return [start, { x, y: start.y }, { x, y: end.y }, end]
    }
    const between = from.row === to.row ? (from.row === 0 ? -1 : from.row) : to.row > from.row ? to.row - 1 : to.row
    const y = lane(between)
    const first = gap(afterStart)
    const last = gap(beforeEnd)
    return [start, { x: first, y: start.y }, { x: first, y }, { x: last, y }, { x: last, y: end.y }, end]
  })
}

/**
 * A way as an SVG path, its corners rounded.
 *
 * @param {ReadonlyArray<Point>} points
 * @param {number} radius
 */
export const pathOf = (points, radius) => {
  const [first] = points
  if (first === undefined) return ""
  const parts = [`M${first.x} ${first.y}`]
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1] ?? first
    const corner = points[index] ?? first
    const after = points[index + 1]
    if (after === undefined) {
      parts.push(`L${corner.x} ${corner.y}`)
      continue
    }
    const into = Math.hypot(corner.x - before.x, corner.y - before.y)
    const out = Math.hypot(after.x - corner.x, after.y - corner.y)
    const cut = Math.min(radius, into / 2, out / 2)
    if (cut === 0) continue
    /** @param {Point} towards @param {number} length */
    const away = (towards, length) => ({
      x: corner.x + ((towards.x - corner.x) * cut) / length,
      y: corner.y + ((towards.y - corner.y) * cut) / length
    })
    const begin = away(before, into)
    const end = away(after, out)
    parts.push(`L${begin.x} ${begin.y}`, `Q${corner.x} ${corner.y} ${end.x} ${end.y}`)
  }
  return parts.join("")
}
