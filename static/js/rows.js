// j and k go down and up through the rows; Enter opens the one in focus.
document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
  const step = { j: 1, k: -1 }[key]
  if (!step || ctrlKey || metaKey || altKey || target.matches(":read-write")) return
  const rows = [...document.querySelectorAll(".row.invoice")]
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  rows[Math.max(0, at + step)]?.querySelector("a").focus()
})
