// The charts' language. uPlot writes numbers in the browser's, as soon as it is loaded, and throws where that is no language
// tag (a headless Chromium's is `en-US@posix`). This page speaks English, so its charts do: imported before uPlot.
Object.defineProperty(navigator, "language", { value: "en" })
