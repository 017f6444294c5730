const SIGNS = {
  ok: { tones: [880], pulses: 40 },
  double: { tones: [520, 520], pulses: [30, 60, 30] },
  bad: { tones: [240], pulses: 200, long: 0.2 },
  none: { tones: [330], pulses: 20 },
}
let audio

// Browsers let a page sound and shake only once somebody has tapped.
const isTouched = () => navigator.userActivation?.hasBeenActive ?? true

/** Sound must be allowed by a tap; called with every tap that starts something. */
export function unlock() {
  if (!isTouched()) return
  audio ??= globalThis.AudioContext && new AudioContext()
  audio?.resume().catch(() => {})
}

export function isMuted() {
  return localStorage.muted === "1"
}

export function mute(on) {
  localStorage.muted = on ? "1" : "0"
}

/** What a hand and an ear notice of a hit: ok, double, bad, none. */
export function feel(name) {
  const sign = SIGNS[name] ?? SIGNS.ok
  if (isTouched()) navigator.vibrate?.(sign.pulses)
  if (isMuted() || audio?.state !== "running") return
  sign.tones.forEach((tone, at) => blip(tone, audio.currentTime + at * 0.12, sign.long ?? 0.07))
}

function blip(tone, from, length) {
  const [source, volume] = [audio.createOscillator(), audio.createGain()]
  source.frequency.value = tone
  volume.gain.setValueAtTime(0.15, from)
  volume.gain.exponentialRampToValueAtTime(0.001, from + length)
  source.connect(volume).connect(audio.destination)
  source.start(from)
  source.stop(from + length)
}
