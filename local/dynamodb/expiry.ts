/**
 * Time to live: items whose TTL attribute, a number of epoch seconds, has passed are deleted; one that lies more than
 * five years back is left alone. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
import { scanPages } from "./scanAll.ts"
import type { Tables } from "./Tables.ts"
import { keyOf } from "./tableSettings.ts"

const fiveYearsInSeconds = 5 * 365 * 24 * 60 * 60

/** Deletes the expired items of every table; answers how many went. `now` is epoch milliseconds. */
export const deleteExpired = async (tables: Tables, now: number): Promise<number> => {
  let deleted = 0
  for (const tableName of tables.names()) {
    const settings = tables.settings(tableName)
    const ttl = settings.ttl
    if (!ttl) continue
    const seconds = Math.floor(now / 1000)
    const expired = {
      ExpressionAttributeNames: { "#ttl": ttl.attributeName },
      ExpressionAttributeValues: { ":now": { N: `${seconds}` }, ":oldest": { N: `${seconds - fiveYearsInSeconds}` } }
    }
    const condition = "#ttl < :now AND #ttl > :oldest"
    for await (const page of scanPages(tables, { TableName: tableName, ...expired, FilterExpression: condition })) {
      for (const item of page) {
        // The item may have been renewed since the scan: the condition decides again.
        const answer = await tables.call("DeleteItem", {
          TableName: tableName,
          Key: keyOf(settings, item),
          ...expired,
          ConditionExpression: condition
        })
        if (answer.status === 200) deleted += 1
      }
    }
  }
  return deleted
}
