/** Alarms with what they watch: their states from CloudWatch, the rest from the resources. */
import type { AlarmState } from "../cloudwatch/CloudWatch.ts"
import type { RegisteredResource } from "../pulumi/ResourceMonitor.ts"
import type { AlarmView } from "./protocol.ts"
import type { Topology } from "./topology/Topology.ts"

/** Makes views of alarms; those of other names than the stack's are left out. */
export const alarmViews = (
  resources: ReadonlyArray<RegisteredResource>,
  { nodes }: Topology
): ((states: ReadonlyArray<AlarmState>) => ReadonlyArray<AlarmView>) => {
  const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
  const prefix = nodes[0] === undefined ? "" : nodes[0].name.slice(0, -nodes[0].label.length)
  const known = new Map(
    alarms.map(({ name, state }) => {
      // The physical names of what it watches stand in its dimensions, whatever these are called.
      const dimensions = JSON.stringify([state["dimensions"], state["metricQueries"]])
      const node = nodes.find(({ physicalName }) => dimensions.includes(`"${physicalName}"`))
      return [
        String(state["name"]),
        {
          arn: String(state["arn"]),
          label: name.startsWith(prefix) ? name.slice(prefix.length) : name,
          description: String(state["alarmDescription"] ?? ""),
          node: node?.id
        }
      ] as const
    })
  )
  return (states) =>
    states.flatMap((state) => {
      const more = known.get(state.name)
      return more === undefined ? [] : [{ ...state, ...more }]
    })
}
