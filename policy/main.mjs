// Pulumi loads a policy pack's main file through ts-node, which knows nothing of imports that end in .ts; Node itself does.
import "./index.ts"
