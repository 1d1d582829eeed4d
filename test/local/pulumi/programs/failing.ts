import { Toy } from "./Toy.ts"

const broken = new Toy("broken", { value: "refuse" })
export const dependents = Array.from(
  { length: 20 },
  (_, index) => new Toy(`dependent-${index}`, { value: broken.arn }).arn
)
