// Signing out empties this device; what waits on it is named first.
import { toast } from "./toast.js"

const { outbox } = window
const dialog = document.getElementById("leaving")
const form = document.querySelector("form[data-leaving]")

async function leave() {
  await outbox.purge()
  sessionStorage.clear()
  localStorage.clear()
  form.submit()
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault()
  const { mine, others } = await outbox.count()
  if (!mine && !others) return leave()
  for (const [name, count] of Object.entries({ mine, others })) {
    const line = dialog.querySelector(`[data-${name}]`)
    line.textContent = line.dataset.words.replace("{n}", count)
    line.hidden = !count
  }
  dialog.querySelector("[data-first]").hidden = !mine
  dialog.showModal()
})

dialog?.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-away]")) leave()
  if (!target.closest("[data-first]")) return
  const busy = dialog.querySelector("[data-busy]")
  busy.hidden = false
  await outbox.drain({ auth: true, now: true })
  busy.hidden = true
  const { mine, others } = await outbox.count()
  if (!mine && !others) return leave()
  dialog.close()
  if (mine) toast("warn", dialog.dataset.left)
})
