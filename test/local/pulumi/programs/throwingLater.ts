import { Toy } from "./Toy.ts"

const toy = new Toy("toy", { value: 1 })
toy.value.apply(() => {
  throw new Error("the apply broke")
})
