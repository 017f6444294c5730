// A typed invoice that cannot be sent waits on this device.
import { toast } from "./toast.js"

const reached = new WeakSet()

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event
  if (button?.formMethod !== "post" || reached.delete(form)) return
  event.preventDefault()
  const { _key, ...fields } = Object.fromEntries(new FormData(form, button))
  try {
    await fetch(form.dataset.reach, { cache: "no-store", signal: AbortSignal.timeout(5000) })
    reached.add(form)
    form.requestSubmit(button)
  } catch {
    keep(form, new URL(button.formAction).pathname, fields).catch(() => toast("bad", form.dataset.full))
  }
}, true)

async function keep(form, url, fields) {
  await window.outbox.put({ url, fields, meta: { title: fields.q } })
  form.reset()
  form.querySelector("#asked").replaceChildren()
  toast("warn", form.dataset.kept)
}
