// What spoils a photo of an invoice, by the names that the server has for it (app/documents/readings.py).
// The limits are measured on photos: bench/coach.py.
import { isOfScreen } from "./ripples.js"

const [SIDE, BLOCK, FEW] = [1280, 16, 6]
const [GRAIN, INK, EDGE, DARK] = [0.25, 7, 30, 8]
const [BURNT, WHITE] = [250, 235]
const DEPTHS = [0, 6, 14, 22, 30, 38, 46]
export const LIMITS = { small: 700, blurred: 0.47, glare: 0.012, lines: 8, signs: 6 }

/** The faults of a picture, the gravest first; throws where the browser cannot open it. */
export async function look(file) {
  const picture = await open(file)
  return [...(isOfScreen(picture) ? ["screen"] : []), ...faults(picture)]
}

/** The same of pixels in a canvas, but for screens, whose codes are read live; scale: how much smaller they are than what they show. */
export function glance(canvas, scale = 1) {
  return faults(gray(canvas, scale))
}

/** The picture in shades of gray, no side longer than 1,280. */
export async function open(file) {
  const whole = await createImageBitmap(file)
  const scale = Math.min(1, SIDE / Math.max(whole.width, whole.height))
  const [width, height] = [Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale))]
  const canvas = self.OffscreenCanvas ? new OffscreenCanvas(width, height) : Object.assign(document.createElement("canvas"), { width, height })
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  pen.drawImage(whole, 0, 0, width, height)
  whole.close()
  return gray(canvas, scale)
}

function faults(picture) {
  const seen = measure(picture)
  if (!seen) return []
  const told = {
    small: seen.extent < LIMITS.small,
    blurred: seen.sharp < LIMITS.blurred,
    glare: seen.burnt > LIMITS.glare,
    cut: seen.lines >= LIMITS.lines || seen.signs >= LIMITS.signs,
  }
  return Object.keys(told).filter((word) => told[word])
}

// extent: how long the text is, in pixels of the whole picture. sharp: how steep its edges are beside how dark it is.
// burnt: the share of it without any drawing. lines, signs: strokes that run out of the picture, on the worst side.
/** What can be counted in it; null without text, or without grain: that is no photo. */
export function measure(picture) {
  const blocks = divide(picture)
  const floor = at(blocks.map(({ spread }) => spread), 0.2)
  if (floor < GRAIN) return null
  const text = blocks.filter((block) => block.spread > Math.max(INK, 2.5 * floor) && isText(picture, block))
  if (text.length < FEW) return null
  const [left, right, top, bottom] = around(text)
  const page = blocks.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom)
  const paper = at(page.map(({ mean }) => mean), 0.5)
  const isWhite = paper > WHITE
  return {
    extent: (Math.max(right - left, bottom - top) + BLOCK) / picture.scale,
    sharp: sharpness(picture, text, blocks, floor),
    burnt: isWhite ? 0 : page.filter(({ burnt }) => burnt > 0.9 * BLOCK * BLOCK).length / page.length,
    ...leaving(picture, 0.7 * paper, Math.max(DARK, 0.3 * at(text.map((block) => depth(picture, block)), 0.5))),
  }
}

function gray(canvas, scale) {
  const { width, height } = canvas
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
  const luma = new Uint8Array(width * height)
  for (let to = 0, from = 0; to < luma.length; to++, from += 4) luma[to] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8
  return { luma, data, width, height, scale }
}

function divide(picture) {
  const blocks = []
  for (let y = 0; y + BLOCK <= picture.height; y += BLOCK) {
    for (let x = 0; x + BLOCK <= picture.width; x += BLOCK) blocks.push(block(picture, x, y))
  }
  return blocks
}

function block({ luma, width }, x, y) {
  let [sum, squares, burnt] = [0, 0, 0]
  for (let row = y; row < y + BLOCK; row++) {
    for (let from = row * width + x, end = from + BLOCK; from < end; from++) {
      const value = luma[from]
      sum += value
      squares += value * value
      if (value >= BURNT) burnt++
    }
  }
  const mean = sum / BLOCK ** 2
  return { x, y, mean, burnt, spread: Math.sqrt(Math.max(0, squares / BLOCK ** 2 - mean * mean)) }
}

// Strokes go both ways, or many one way; the edge of a paper or a shadow goes once.
function isText({ luma, width }, { x, y, mean, spread }) {
  const from = y * width + x
  const across = crossings(luma, from, 1, width, mean, 0.4 * spread)
  const down = crossings(luma, from, width, 1, mean, 0.4 * spread)
  return Math.min(across, down) >= BLOCK || Math.max(across, down) >= EDGE
}

function crossings(luma, from, step, next, mean, slack) {
  let count = 0
  for (let line = 0; line < BLOCK; line++, from += next) {
    let side = 0
    for (let turn = 0, place = from; turn < BLOCK; turn++, place += step) {
      const far = luma[place] - mean
      const now = far > slack ? 1 : far < -slack ? -1 : side
      if (side && now !== side) count++
      side = now
    }
  }
  return count
}

function around(text) {
  const ends = (places) => [at(places, 0.02), at(places, 0.98)]
  return [...ends(text.map(({ x }) => x)), ...ends(text.map(({ y }) => y))]
}

// The grain of a sensor looks sharp however soft the picture is: what smooth places have of it is taken off.
function sharpness(picture, text, blocks, floor) {
  const smooth = blocks.filter(({ spread }, place) => spread <= 1.5 * floor && place % 3 === 0)
  const grain = at(smooth.map((block) => steepness(picture, block)), 0.5) || 0
  const without = (whole, part) => Math.sqrt(Math.max(0, whole * whole - part * part))
  return at(text.map((block) => without(steepness(picture, block), grain) / Math.max(1, without(block.spread, floor))), 0.5)
}

// The mean of the Laplacian.
function steepness({ luma, width }, { x, y }) {
  let sum = 0
  for (let row = y + 1; row < y + BLOCK - 1; row++) {
    for (let place = row * width + x + 1, end = place + BLOCK - 2; place < end; place++) {
      sum += Math.abs(4 * luma[place] - luma[place - 1] - luma[place + 1] - luma[place - width] - luma[place + width])
    }
  }
  return sum / (BLOCK - 2) ** 2
}

function depth({ luma, width }, { x, y, mean }) {
  let least = 255
  for (let row = y; row < y + BLOCK; row++) {
    for (let place = row * width + x, end = place + BLOCK; place < end; place++) if (luma[place] < least) least = luma[place]
  }
  return mean - least
}

// Frames and lines of text that end at the rim go on for a while inside it; holes along the rim and a title near it do not.
function leaving({ luma, width, height }, paper, ink) {
  const found = { lines: 0, signs: 0 }
  for (const isAcross of [true, false]) {
    const [length, depth, step, next] = isAcross ? [width, height, 1, width] : [height, width, width, 1]
    for (const isFar of [false, true]) {
      const rows = DEPTHS.map((deep) => strokes(luma, (isFar ? depth - 2 - deep : deep) * next, step, next, length, paper, ink))
      found.lines = Math.max(found.lines, Math.min(...rows.map((row) => row.length)))
      found.signs = Math.max(found.signs, Math.min(dense(rows[0]), dense(rows[1])))
    }
  }
  return found
}

// Where dark runs end that are as thin as strokes, on paper, along one line and its neighbour.
function strokes(luma, from, step, next, length, paper, ink) {
  const value = (place) => luma[from + place * step] + luma[from + place * step + next]
  const found = []
  let [sum, count, run] = [0, 0, 0]
  for (let place = -BLOCK; place < length; place++) {
    if (place + BLOCK < length) (sum += value(place + BLOCK)), count++
    if (place > BLOCK) (sum -= value(place - BLOCK - 1)), count--
    if (place < 0) continue
    const mean = sum / count / 2
    if (mean > paper && value(place) / 2 < mean - ink) run++
    else {
      if (run && run < BLOCK) found.push(place)
      run = 0
    }
  }
  return found
}

// How many stand as close as the strokes of signs do, three or more together.
function dense(found) {
  let [all, together] = [0, 0]
  for (let place = 0; place <= found.length; place++) {
    if (place && found[place] - found[place - 1] <= 10) together++
    else {
      if (together > 2) all += together
      together = 1
    }
  }
  return all
}

function at(values, share) {
  return Float64Array.from(values).sort()[Math.min(values.length - 1, Math.floor(values.length * share))]
}

if (!self.document) {
  self.onmessage = async ({ data }) => self.postMessage(await look(data).catch(() => null))
}
