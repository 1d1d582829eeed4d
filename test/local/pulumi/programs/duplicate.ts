import { Toy } from "./Toy.ts"

new Toy("twin", {})
new Toy("twin", {})
