import * as pulumi from "@pulumi/pulumi"
import { Toy } from "./Toy.ts"

new Toy("remote", { code: new pulumi.asset.RemoteArchive("https://example.com/code.zip") })
