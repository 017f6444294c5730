// The photo coach: what spoils a photo is said before it goes out. It is fetched when there is a photo; one whose page
// was left before it was looked at goes as it is.
import { pick } from "./again.js"
import { take } from "./anywhere.js"
import { say, toast } from "./toast.js"

const { outbox } = window
const { content, dataset: words } = document.getElementById("coach")
const PATIENCE = 3000
let line = Promise.resolve()

/** Looks at a photo that is held, one after the other: a good one goes, of another the person is asked. */
export async function coach(key, file) {
  const [fault] = await (line = line.then(() => soon(faults(file))))
  if (!fault) return outbox.retry(key)
  const held = await outbox.hold(key, fault)
  if (held && !document.querySelector("upload-zone, outbox-list")) note(key, fault)
}

/** The question in the row of a photo, as soon as it is known what spoils it. */
export function ask(made, detail, { key, fault }) {
  if (made.dataset.key !== key || !fault) return
  detail.dataset.tone = "warn"
  detail.textContent = words[fault]
  made.append(choice(key))
  if (!("asked" in made.dataset)) say(`${made.querySelector("[data-name]").textContent}: ${words[fault]} ${words.held}`)
  made.dataset.asked = ""
}

// A page without a list of what was chosen.
function note(key, fault) {
  const made = document.getElementById("toast").content.firstElementChild.cloneNode(true)
  Object.assign(made.dataset, { tone: "warn", stays: "" })
  made.firstElementChild.textContent = words[fault]
  made.append(choice(key, () => made.remove()))
  document.getElementById("toasts").append(made)
}

function choice(key, done = () => document.getElementById("main").focus()) {
  const box = content.firstElementChild.cloneNode(true)
  const kept = outbox.list().then((all) => all.find((item) => item.key === key))
  box.querySelector("[data-again]").onclick = () => again(key, kept, done)
  box.querySelector("[data-anyway]").onclick = () => {
    done()
    outbox.retry(key)
  }
  return box
}

// The one before goes when there is another, not before; one that was sent meanwhile stays sent.
function again(key, kept, done) {
  pick(async (files) => {
    const item = await kept
    await outbox.remove(key)
    done()
    if (!item || document.querySelector("upload-zone")) return take(files)
    const { url, fields } = item
    for (const file of files) outbox.put({ url, file, fields, look: true }).catch(() => toast("bad", document.body.dataset.full))
  })
}

// In a worker, or here where there is none; what the browser cannot open has no faults.
function faults(file) {
  return apart(file)
    .catch(async () => (await import("./sight.js")).look(file))
    .catch(() => [])
}

async function apart(file) {
  const worker = new Worker(new URL("./sight.js", import.meta.url), { type: "module" })
  const told = new Promise((done, fail) => {
    worker.onmessage = ({ data }) => (data ? done(data) : fail())
    worker.onerror = fail
    worker.postMessage(file)
  })
  return told.finally(() => worker.terminate())
}

function soon(answer) {
  return Promise.race([answer, new Promise((done) => setTimeout(done, PATIENCE, []))])
}
