import { Toy } from "./Toy.ts"

const stream = new Toy("orders", {}, {}, "aws:kinesis/stream:Stream")
new Toy("after", { value: stream.arn })
export const arn = stream.arn
