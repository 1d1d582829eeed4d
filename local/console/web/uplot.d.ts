// The chart library, under the address that the console serves it at.
export { default } from "uplot"
