import { Toy } from "./Toy.ts"

const slow = new Toy("slow", { value: "slow" })
export const arn = new Toy("after", { value: slow.arn }).arn
