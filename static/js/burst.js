// Codes on paper, which no frame may show alone: a few of them go to the server together. Fetched when it is needed.
import { LIMITS, measure, open } from "./sight.js"

const [FRAMES, APART, EVERY, PATIENCE] = [3, 150, 5000, 8000]
let [isBusy, next, shown] = [false, 0, ""]

/** Sends one where a person holds something still that has text on it; not again before 5 s have gone by. */
export async function burst(view) {
  if (isBusy || performance.now() < next || view.dataset.line || !navigator.onLine || navigator.connection?.saveData) return
  isBusy = true
  try {
    if (await isWorthIt(view.frames)) await send(view)
  } finally {
    isBusy = false
  }
}

async function isWorthIt(frames) {
  const seen = measure(await open(frames.still()[0]))
  return seen && seen.sharp >= LIMITS.blurred
}

async function send(view) {
  const body = new FormData()
  for (let turn = 0; turn < FRAMES; turn++) {
    if (turn) await new Promise((done) => setTimeout(done, APART))
    if (!view.isLive) return
    body.append("frame", await view.frames.encode(view.frames.part()), "frame.jpg")
  }
  const answer = await view.send(view.dataset.burst, body, PATIENCE)
  next = performance.now() + EVERY
  take(view.tray, answer?.status === 200 ? await answer.text() : "")
}

// What still lies there is not told again; frames, which tell by what they see, do not see it.
function take(tray, told) {
  const ids = [...told.matchAll(/ id="(scan-[^"]*)"/g)].map(([, id]) => id)
  const name = ids.join() || told
  if (told && (name !== shown || !ids.every((id) => document.getElementById(id)))) tray.take(told)
  shown = name
}
