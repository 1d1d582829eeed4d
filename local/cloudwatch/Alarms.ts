/** All alarms with their states; evaluates them and tells their topics of changes. */
import type { Account } from "../Account.ts"
import type { Clock } from "../EmbeddedService.ts"
import type { AlarmDefinition } from "./AlarmDefinition.ts"
import { alarmArn, alarmNotification } from "./alarmNotification.ts"
import type { AlarmState } from "./CloudWatch.ts"
import { dataPoints, verdict } from "./evaluateAlarm.ts"
import type { MetricStore } from "./MetricStore.ts"

/** As much of SNS as alarms need. */
export interface AlarmTopics {
  readonly publish: (
    topicArn: string,
    publication: { readonly subject: string; readonly message: string },
    from: { readonly service: string; readonly sourceArn: string }
  ) => unknown
}

/** All alarms. */
export interface Alarms {
  /** Adds an alarm, with insufficient data. */
  readonly add: (definition: AlarmDefinition) => void
  readonly has: (name: string) => boolean
  /** Evaluates every alarm at the clock's time. */
  readonly evaluate: () => void
  readonly states: () => ReadonlyArray<AlarmState>
}

/** Starts without alarms. */
export const alarmsOf = (account: Account, clock: Clock, store: MetricStore, topics: AlarmTopics): Alarms => {
  const alarms = new Map<string, { readonly definition: AlarmDefinition; state: AlarmState }>()

  const notify = (definition: AlarmDefinition, before: AlarmState, after: AlarmState): void => {
    if (!definition.actionsEnabled) return
    const actions = {
      ALARM: definition.alarmActions,
      OK: definition.okActions,
      INSUFFICIENT_DATA: definition.insufficientDataActions
    }[after.state]
    const from = { service: "cloudwatch.amazonaws.com", sourceArn: alarmArn(account, definition.name) }
    for (const topicArn of actions) {
      try {
        topics.publish(topicArn, alarmNotification(account, definition, before, after), from)
      } catch {
        // A topic that has gone, or whose policy does not admit the alarm, takes no other's notice away.
      }
    }
  }

  return {
    add: (definition) => {
      const reason = "Unchecked: Initial alarm creation"
      const state = { name: definition.name, state: "INSUFFICIENT_DATA", reason, changedAt: clock.now() } as const
      alarms.set(definition.name, { definition, state })
    },
    has: (name) => alarms.has(name),
    evaluate: () => {
      for (const alarm of alarms.values()) {
        const next = verdict(alarm.definition, dataPoints(alarm.definition, store, clock.now()))
        if (next === undefined || next.state === alarm.state.state) continue
        const before = alarm.state
        alarm.state = { name: before.name, changedAt: clock.now(), ...next }
        notify(alarm.definition, before, alarm.state)
      }
    },
    states: () => [...alarms.values()].map(({ state }) => state)
  }
}
