/** Cases of the rules by which failed messages are kept and heard of. */
import {
  alarm,
  deadLettering,
  eventSource,
  lambda,
  queue,
  type RuleCases,
  recursion,
  redrive,
  redriveAllow,
  topic
} from "./resources.ts"

/** A queue whose dead letters a function reads. */
const healed = [
  ...deadLettering({}),
  lambda({}, "healer"),
  eventSource({ eventSourceArn: "arn:of:dead", functionName: "arn:of:healer" }, "s")
]

/** Metric math over how many messages wait in a queue. */
const waitingIn = (queueName: string) => [
  { id: "value", expression: "2 * waiting", returnData: true },
  {
    id: "waiting",
    metric: {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queueName }
    }
  }
]

/** By rule. */
export const deadLettersCases: Readonly<Record<string, RuleCases>> = {
  "dead-letter-retention": {
    good: [
      deadLettering({ messageRetentionSeconds: 3600 }, { messageRetentionSeconds: 3601 }),
      // SQS's own default is four days.
      deadLettering({ messageRetentionSeconds: 345_599 }),
      // SQS keeps nothing longer: a queue whose own messages are as old has no better place for them.
      deadLettering({ messageRetentionSeconds: 1_209_600 }, { messageRetentionSeconds: 1_209_600 }),
      // In a FIFO queue the time starts anew.
      deadLettering({ fifoQueue: true }, { fifoQueue: true })
    ],
    bad: [
      [
        deadLettering({}, { messageRetentionSeconds: 345_599 }),
        'messageRetentionSeconds is 345599 as the dead-letter queue of "it", which has 345600; it must be 345601 or more'
      ],
      [
        deadLettering({}),
        'messageRetentionSeconds is 345600 as the dead-letter queue of "it", which has 345600; it must be 345601 or more'
      ],
      [
        [
          queue({ messageRetentionSeconds: 60 }),
          queue({ messageRetentionSeconds: 59 }, "dead"),
          redrive({ queueUrl: "url-of-it", redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:of:dead" }) }, "r")
        ],
        'messageRetentionSeconds is 59 as the dead-letter queue of "it", which has 60; it must be 61 or more'
      ]
    ]
  },
  "dead-letter-redrive-allow": {
    good: [
      [
        ...deadLettering({}),
        redriveAllow(
          {
            queueUrl: "url-of-dead",
            redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["arn:of:it"] })
          },
          "r"
        )
      ]
    ],
    bad: [
      [
        deadLettering({}),
        'any queue may use it for its dead letters; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ],
      [
        deadLettering({}, { redriveAllowPolicy: JSON.stringify({ redrivePermission: "allowAll" }) }),
        'redrivePermission is "allowAll"; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ],
      [
        deadLettering(
          {},
          { redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["arn:of:another"] }) }
        ),
        'sourceQueueArns lacks "it"; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ]
    ]
  },
  "consumed-queue-redrives": {
    good: [[...deadLettering({}), eventSource({ eventSourceArn: "arn:of:it" }, "s")], [queue({})]],
    bad: [
      [
        [queue({}), eventSource({ eventSourceArn: "arn:of:it" }, "s")],
        "a function consumes it and it has no redrive policy; redrivePolicy must name a dead-letter queue"
      ]
    ]
  },
  "batch-item-failures": {
    good: [
      [eventSource({ eventSourceArn: "arn:aws:kinesis:eu-west-1:1:stream/s" })],
      [eventSource({ eventSourceArn: "arn:aws:sqs:eu-west-1:1:q", functionResponseTypes: ["ReportBatchItemFailures"] })]
    ],
    bad: [
      [
        [eventSource({ eventSourceArn: "arn:aws:sqs:eu-west-1:1:q" })],
        'functionResponseTypes is []; it must have "ReportBatchItemFailures"'
      ]
    ]
  },
  "healing-loop-decided": {
    good: [
      [...healed, recursion({ functionName: "healer", recursiveLoop: "Allow" }, "r")],
      // Nobody reads the dead-letter queue: nothing comes back.
      [
        ...deadLettering({}),
        lambda({}, "consumer"),
        eventSource({ eventSourceArn: "arn:of:it", functionName: "consumer" }, "s")
      ]
    ],
    bad: [
      [
        healed,
        'messages that fail come back to it by way of a dead-letter queue, and it has no FunctionRecursionConfig; it must have one: "Allow" where something else ends the loop'
      ],
      [
        [
          ...healed,
          recursion({ functionName: "healer", recursiveLoop: "Allow" }, "r"),
          lambda({}, "consumer"),
          eventSource({ eventSourceArn: "arn:of:it", functionName: "arn:of:consumer" }, "t")
        ],
        'messages that fail come back to it by way of a dead-letter queue, and it has no FunctionRecursionConfig; it must have one: "Allow" where something else ends the loop'
      ]
    ]
  },
  "dead-letter-alarm": {
    good: [
      [
        ...deadLettering({}),
        alarm(
          { namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "dead" } },
          "a"
        )
      ],
      [...deadLettering({}), alarm({ metricQueries: waitingIn("dead") }, "a")]
    ],
    bad: [
      [
        [
          ...deadLettering({}),
          alarm(
            { namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "it" } },
            "a"
          )
        ],
        "no alarm is about its ApproximateNumberOfMessagesVisible, and it is a dead-letter queue; a MetricAlarm must be"
      ],
      [
        [...deadLettering({}), alarm({ metricQueries: waitingIn("it") }, "a")],
        "no alarm is about its ApproximateNumberOfMessagesVisible, and it is a dead-letter queue; a MetricAlarm must be"
      ]
    ]
  },
  "alarm-complete": {
    good: [[alarm({ alarmActions: ["arn"], alarmDescription: "what to do", treatMissingData: "notBreaching" })]],
    bad: [
      [
        [alarm({ alarmActions: [], alarmDescription: "what to do", treatMissingData: "notBreaching" })],
        "alarmActions is empty; it must name whom the alarm tells"
      ],
      [
        [alarm({ alarmActions: ["arn"], alarmDescription: "what to do" })],
        "treatMissingData is missing; it must be set"
      ]
    ]
  },
  "alarms-get-through": {
    good: [[topic({ kmsMasterKeyId: "alias/aws/sns" })]],
    bad: [
      [
        [topic({ kmsMasterKeyId: "alias/aws/sns" }), alarm({ alarmActions: ["arn:of:it"] }, "a")],
        'kmsMasterKeyId is "alias/aws/sns" and alarms go to it; it must be a customer managed key that admits cloudwatch.amazonaws.com, or missing'
      ]
    ]
  }
}
