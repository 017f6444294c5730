// What comes from nowhere in particular: dropped, pasted, or read by a scan gun.
import { toast } from "./toast.js"

/** The texts of codes on invoices and fiscal receipts, or a bare number. */
export const CODE = /^01,\d\d,|bill_num=\d{8}|\/page\/\d{8}\/\d{10}\/|^\d{20}$/
const QUICK = 80
const { body } = document
const words = body.dataset
let [typed, at] = ["", 0]

/** The event "code" offers an invoice's code to the page; a page that does not take it is left for the look-up. */
export function heard(text) {
  const detail = text.normalize("NFKC").trim()
  if (!words.ask || !CODE.test(detail)) return
  if (document.dispatchEvent(new CustomEvent("code", { detail, cancelable: true }))) location.assign(`${words.ask}?q=${encodeURIComponent(detail)}`)
  return true
}

/** A page with a field for other files fills that; any other page hands in. */
export async function take(files) {
  const place = document.querySelector("upload-zone, [data-drop]")
  if (place) return place.take ? place.take([...files]) : (place.files = files)
  if (!words.files) return
  try {
    for (const file of files) await outbox.put({ url: words.files, file, look: true })
    toast("ok", words.took.replace("%n", files.length), words.show, () => location.assign("/"))
  } catch {
    toast("bad", words.full)
  }
}

// A gun types faster than anybody, and ends with Enter.
document.addEventListener("keydown", (event) => {
  const { key, target, timeStamp } = event
  if (target.matches(":read-write")) return
  if (timeStamp - at > QUICK) typed = ""
  at = timeStamp
  if (key.length === 1) typed += key
  else if (key === "Enter" && heard(typed)) event.preventDefault()
  if (typed + key === "//") {
    event.preventDefault()
    import("./find.js").then((box) => box.open())
  }
})

// Spreadsheets put a picture of their cells beside the text: that is no invoice.
document.addEventListener("paste", (event) => {
  const { target, clipboardData } = event
  const { files, types } = clipboardData
  if (target.matches(":read-write") && types.includes("text/plain")) return
  if (files.length && !types.includes("text/html")) take(files)
  else if (heard(clipboardData.getData("text"))) event.preventDefault()
})

document.addEventListener("dragover", (event) => {
  const { target, dataTransfer } = event
  if (!words.ask || !dataTransfer.types.includes("Files") || target.closest?.("[type=file], label:has([type=file]):not(upload-zone *)")) return
  event.preventDefault()
  body.classList.add("over")
})

for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (event.relatedTarget || !body.classList.contains("over")) return
    event.preventDefault()
    body.classList.remove("over")
    if (name === "drop") take(event.dataTransfer.files)
  })
}
