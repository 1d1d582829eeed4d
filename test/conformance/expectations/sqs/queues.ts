/** What AWS documents about creating, finding and configuring queues. */
import assert from "node:assert/strict"
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand
} from "@aws-sdk/client-sqs"
import { expectationsOf, refuses } from "../../Expectation.ts"
import { attributesOf, createQueue, eventuallyHasAttributes, receive, send } from "../../fixtures/sqsQueue.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${operation}.html`

/** Queues and their attributes. */
export const sqsQueueExpectations = expectationsOf("sqs", [
  {
    title: "CreateQueue answers a URL that ends with account id and queue name",
    link: reference("CreateQueue"),
    run: async (context) => {
      const { url, name, arn } = await createQueue(context)
      assert.ok(url.endsWith(`/${arn.split(":")[4]}/${name}`), url)
    }
  },
  {
    title: "Creating a queue again with the same attributes answers the same URL",
    link: reference("CreateQueue"),
    run: async (context) => {
      const { url, name } = await createQueue(context, { VisibilityTimeout: "12" })
      const again = new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: "12" } })
      assert.equal((await context.sqs.send(again)).QueueUrl, url)
    }
  },
  {
    title: "Creating a queue again with another attribute value is refused with QueueNameExists",
    link: reference("CreateQueue"),
    run: async (context) => {
      const { name } = await createQueue(context, { VisibilityTimeout: "12" })
      const again = new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: "13" } })
      await refuses(context.sqs.send(again), "QueueNameExists")
    }
  },
  {
    title: "A queue name with other characters than letters, digits, hyphens and underscores is refused",
    link: reference("CreateQueue"),
    run: async ({ sqs, uniqueName }) => {
      const command = new CreateQueueCommand({ QueueName: `${uniqueName("bad")} name!` })
      await refuses(sqs.send(command), "InvalidParameterValue")
    }
  },
  {
    title: "A queue name of 81 characters is refused",
    link: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
    run: async ({ sqs }) => {
      await refuses(sqs.send(new CreateQueueCommand({ QueueName: "q".repeat(81) })), "InvalidParameterValue")
    }
  },
  {
    title: "A FIFO queue's name has to end in .fifo",
    link: reference("CreateQueue"),
    run: async ({ sqs, uniqueName }) => {
      const command = new CreateQueueCommand({ QueueName: uniqueName("fifo"), Attributes: { FifoQueue: "true" } })
      await refuses(sqs.send(command), "InvalidParameterValue")
    }
  },
  {
    title: "An attribute that does not exist is refused with InvalidAttributeName",
    link: reference("CreateQueue"),
    run: async ({ sqs, uniqueName }) => {
      const Attributes: Record<string, string> = { NoSuchAttribute: "1" }
      await refuses(
        sqs.send(new CreateQueueCommand({ QueueName: uniqueName("bad"), Attributes })),
        "InvalidAttributeName"
      )
    }
  },
  {
    title: "A visibility timeout of more than 12 hours is refused with InvalidAttributeValue",
    link: reference("SetQueueAttributes"),
    run: async (context) => {
      const { url } = await createQueue(context)
      const command = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: "43201" } })
      await refuses(context.sqs.send(command), "InvalidAttributeValue")
    }
  },
  {
    title: "A queue has the documented defaults: 30 s visibility, no delay, 4 days retention, short polls",
    link: reference("SetQueueAttributes"),
    run: async (context) => {
      const { url } = await createQueue(context)
      const attributes = await attributesOf(context, url)
      assert.equal(attributes.VisibilityTimeout, "30")
      assert.equal(attributes.DelaySeconds, "0")
      assert.equal(attributes.MessageRetentionPeriod, "345600")
      assert.equal(attributes.ReceiveMessageWaitTimeSeconds, "0")
      assert.equal(attributes.RedrivePolicy, undefined)
    }
  },
  {
    title: "SetQueueAttributes changes what GetQueueAttributes answers",
    link: reference("SetQueueAttributes"),
    run: async (context) => {
      const queue = await createQueue(context)
      const Attributes = { VisibilityTimeout: "77", MessageRetentionPeriod: "3600" }
      await context.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }))
      await eventuallyHasAttributes(context, queue, Attributes)
    }
  },
  {
    title: "GetQueueAttributes answers only the attributes that were asked for",
    link: reference("GetQueueAttributes"),
    run: async (context) => {
      const { url } = await createQueue(context)
      assert.deepEqual(await attributesOf(context, url, "DelaySeconds"), { DelaySeconds: "0" })
      const none = await context.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }))
      assert.equal(none.Attributes, undefined)
    }
  },
  {
    title: "GetQueueUrl of a queue that does not exist is refused with QueueDoesNotExist",
    link: reference("GetQueueUrl"),
    run: async ({ sqs, uniqueName }) => {
      await refuses(sqs.send(new GetQueueUrlCommand({ QueueName: uniqueName("none") })), "QueueDoesNotExist")
    }
  },
  {
    title: "GetQueueUrl answers the URL that CreateQueue answered",
    link: reference("GetQueueUrl"),
    run: async (context) => {
      const { url, name } = await createQueue(context)
      assert.equal((await context.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl, url)
    }
  },
  {
    title: "ListQueues lists by prefix, in pages when MaxResults is given",
    link: reference("ListQueues"),
    run: async (context) => {
      const prefix = context.uniqueName("list")
      for (const suffix of ["a", "b", "c"]) {
        const { QueueUrl } = await context.sqs.send(new CreateQueueCommand({ QueueName: `${prefix}-${suffix}` }))
        context.cleanUp(() => context.sqs.send(new DeleteQueueCommand({ QueueUrl })))
      }
      const listed = async (NextToken?: string) =>
        context.sqs.send(
          new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2, ...(NextToken ? { NextToken } : {}) })
        )
      // A new queue shows up in the list within a minute on AWS; elsewhere at once.
      let first = await listed()
      for (let tries = 0; tries < 50 && !first.NextToken; tries += 1) first = await listed()
      const second = await listed(first.NextToken)
      assert.equal(first.QueueUrls?.length, 2)
      assert.equal(second.QueueUrls?.length, 1)
      assert.equal(second.NextToken, undefined)
    }
  },
  {
    title: "A deleted queue takes no messages",
    link: reference("DeleteQueue"),
    run: async ({ sqs, uniqueName }) => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName("gone") }))
      await sqs.send(new DeleteQueueCommand({ QueueUrl }))
      await refuses(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late" })), "QueueDoesNotExist")
    }
  },
  {
    title: "The name of a deleted queue has to rest for 60 seconds",
    link: reference("DeleteQueue"),
    run: async ({ sqs, uniqueName }) => {
      const QueueName = uniqueName("rest")
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }))
      await sqs.send(new DeleteQueueCommand({ QueueUrl }))
      await refuses(sqs.send(new CreateQueueCommand({ QueueName })), "QueueDeletedRecently")
    }
  },
  {
    title: "PurgeQueue removes every message; a second one within 60 seconds is refused",
    link: reference("PurgeQueue"),
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "one")
      await send(context, queue, "two")
      await context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }))
      await eventuallyHasAttributes(context, queue, { ApproximateNumberOfMessages: "0" })
      assert.deepEqual(await receive(context, queue), [])
      await refuses(context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url })), "PurgeQueueInProgress")
    }
  },
  {
    title: "Tags are added, replaced and removed by key",
    link: reference("TagQueue"),
    run: async (context) => {
      const { url: QueueUrl } = await createQueue(context)
      await context.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: "orders", stage: "test" } }))
      await context.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { stage: "demo" } }))
      await context.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["team"] }))
      const { Tags } = await context.sqs.send(new ListQueueTagsCommand({ QueueUrl }))
      assert.deepEqual(Tags, { stage: "demo" })
    }
  },
  {
    title: "A queue's policy has to be a policy document",
    link: reference("SetQueueAttributes"),
    run: async (context) => {
      const { url } = await createQueue(context)
      const command = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: "not a policy" } })
      await refuses(context.sqs.send(command), "InvalidAttributeValue")
    }
  },
  {
    title: "A new queue is encrypted by SQS unless it says otherwise",
    link: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
    run: async (context) => {
      const { url } = await createQueue(context)
      assert.equal((await attributesOf(context, url, "SqsManagedSseEnabled")).SqsManagedSseEnabled, "true")
    }
  }
])
