// Before anything is drawn: the theme that was chosen here, else the system's.
{
  const system = window.matchMedia("(prefers-color-scheme: dark)")
  /** @param {string} theme */
  const show = (theme) => {
    document.documentElement.dataset["theme"] = theme
  }
  const chosen = () => localStorage.getItem("theme")
  show(chosen() ?? (system.matches ? "dark" : "light"))
  system.addEventListener("change", () => {
    if (chosen() === null) show(system.matches ? "dark" : "light")
  })
}
