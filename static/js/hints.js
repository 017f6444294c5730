// What helps a camera that finds nothing: what spoils its picture, else something to try. Fetched when it is needed.
import { glance } from "./sight.js"

const [OTHERS_AFTER, EVERY] = [8000, 4000]
let [told, before, since] = ["", "", -EVERY]

/** The hint to show after so many ms without a code; a new one has to be right twice, and the one before was to be read. */
export function next({ dataset: words, frames }, quiet) {
  const word = glance(...frames.still()).find((one) => words[one])
  const hint = words[word] ?? other(words.hints.split("|"), quiet)
  if (hint === before && hint !== told && performance.now() - since >= EVERY) [told, since] = [hint, performance.now()]
  before = hint
  return told
}

function other(hints, quiet) {
  return quiet < OTHERS_AFTER ? "" : hints[Math.floor((quiet - OTHERS_AFTER) / EVERY) % hints.length]
}
