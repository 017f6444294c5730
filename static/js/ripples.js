// The coloured ripples of a screen's dots against a sensor's (moiré): waves that smooth paper does not have.
// The limits are measured on photos, and are those of app/documents/readers/sighted/screen.py: bench/coach.py.
const [TILE, FINEST, TILES, FEW] = [64, 5, 12, 100]
const LIMITS = { deep: 1.2, clear: 40, share: 0.6 }
const WINDOW = Float32Array.from({ length: TILE }, (_, place) => 0.5 - 0.5 * Math.cos((2 * Math.PI * place) / (TILE - 1)))
const WEIGHT = WINDOW.reduce((sum, one) => sum + one) ** 2
const TURNS = Array.from({ length: TILE / 2 }, (_, turn) => [Math.cos((2 * Math.PI * turn) / TILE), -Math.sin((2 * Math.PI * turn) / TILE)])
const FINE = Array.from({ length: TILE ** 2 }, (_, place) => place).filter((place) => Math.hypot(wave(place % TILE), wave(Math.floor(place / TILE))) >= FINEST)

/** Whether a picture was taken of a screen, by its smoothest tiles; where there are few, none is smooth. */
export function isOfScreen(picture) {
  const tiles = smooth(picture)
  const rippled = tiles.filter((tile) => ripples(picture, tile)).length
  return tiles.length > 0 && rippled >= LIMITS.share * tiles.length
}

function smooth({ luma, width, height }) {
  const tiles = []
  for (let y = 0; y + TILE <= height; y += TILE) for (let x = 0; x + TILE <= width; x += TILE) tiles.push(tile(luma, width, x, y))
  if (tiles.length < FEW) return []
  const bright = tiles.map(({ mean }) => mean).sort((one, other) => one - other)[Math.floor(0.7 * tiles.length)]
  return tiles.filter(({ mean }) => mean > 0.75 * bright).sort((one, other) => one.spread - other.spread).slice(0, TILES)
}

function tile(luma, width, x, y) {
  let [sum, squares] = [0, 0]
  for (let row = y; row < y + TILE; row++) {
    for (let place = row * width + x, end = place + TILE; place < end; place++) {
      sum += luma[place]
      squares += luma[place] ** 2
    }
  }
  const mean = sum / TILE ** 2
  return { x, y, mean, spread: squares / TILE ** 2 - mean ** 2 }
}

// Red and blue beside green as one complex wave: its strongest is deep, and stands clear of all others.
function ripples({ data, width }, { x, y }) {
  const [real, imaginary] = [colour(data, width, x, y, 0), colour(data, width, x, y, 2)]
  for (let line = 0; line < TILE; line++) transform(real, imaginary, line * TILE, 1)
  for (let line = 0; line < TILE; line++) transform(real, imaginary, line, TILE)
  const power = Float32Array.from(FINE, (place) => Math.hypot(real[place], imaginary[place])).sort()
  const most = power[power.length - 1]
  return (2 * most) / WEIGHT > LIMITS.deep && most > LIMITS.clear * (power[power.length >> 1] + 0.01)
}

function colour(data, width, x, y, channel) {
  const found = new Float32Array(TILE ** 2)
  for (let place = 0; place < found.length; place++) {
    const from = ((y + Math.floor(place / TILE)) * width + x + (place % TILE)) * 4
    found[place] = data[from + channel] - data[from + 1]
  }
  const mean = found.reduce((sum, one) => sum + one) / found.length
  return found.map((one, place) => (one - mean) * WINDOW[place % TILE] * WINDOW[Math.floor(place / TILE)])
}

// The fast Fourier transform of one row or column, in place.
function transform(real, imaginary, from, step) {
  for (let place = 1, mirrored = 0; place < TILE; place++) {
    let bit = TILE >> 1
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (place < mirrored) for (const part of [real, imaginary]) swap(part, from + place * step, from + mirrored * step)
  }
  for (let size = 2; size <= TILE; size *= 2) {
    for (let start = 0; start < TILE; start += size) for (let place = 0; place < size / 2; place++) {
      const [cosine, sine] = TURNS[(place * TILE) / size]
      const [one, other] = [from + (start + place) * step, from + (start + place + size / 2) * step]
      const [across, down] = [real[other] * cosine - imaginary[other] * sine, real[other] * sine + imaginary[other] * cosine]
      ;[real[other], imaginary[other]] = [real[one] - across, imaginary[one] - down]
      real[one] += across
      imaginary[one] += down
    }
  }
}

function swap(part, one, other) {
  ;[part[one], part[other]] = [part[other], part[one]]
}

function wave(place) {
  return place < TILE / 2 ? place : place - TILE
}
