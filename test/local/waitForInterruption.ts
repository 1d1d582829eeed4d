/** Waits until it is interrupted, says so, and then takes its time to end. */
import { interruption } from "../../local/interruption.ts"

const signal = interruption()
const forever = setInterval(() => undefined, 60_000)
signal.addEventListener("abort", () => console.log("interrupted"))
console.log("waiting")
process.on("SIGUSR2", () => clearInterval(forever))
