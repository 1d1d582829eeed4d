throw new Error("config: stage must be development or production")
