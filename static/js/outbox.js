"use strict"
// What was captured waits here, on the device, until the server has it. For pages and, by importScripts, for the service worker.
{
  const CHANGE = ["items", "bytes", "facts"]
  const page = self.document
  // Where IndexedDB refuses: lives as long as the page.
  const loose = new Map()
  const running = new Map()
  const channel = self.BroadcastChannel && new BroadcastChannel("outbox")
  let opened, timer, asked, line = Promise.resolve()

  const ask = (request) =>
    new Promise((yes, no) => {
      request.onsuccess = () => yes(request.result)
      request.onerror = () => no(request.error)
    })

  async function open() {
    const request = indexedDB.open("outbox", 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore("items", { keyPath: "key" })
      request.result.createObjectStore("bytes")
      request.result.createObjectStore("facts")
    }
    const base = await ask(request)
    base.onclose = base.onversionchange = () => {
      opened = null
      base.close()
    }
    return base
  }

  async function change(act, mode = "readwrite") {
    const base = await (opened ||= open().catch((fault) => ((opened = null), Promise.reject(fault))))
    const transaction = base.transaction(CHANGE, mode, { durability: "strict" })
    const kept = new Promise((yes, no) => {
      transaction.oncomplete = yes
      transaction.onabort = () => no(transaction.error)
    })
    kept.catch(() => {})
    try {
      const found = await act(...CHANGE.map((name) => transaction.objectStore(name)))
      await kept
      return found
    } catch (fault) {
      try { transaction.abort() } catch {}
      throw fault
    }
  }

  const read = (act, otherwise) => change(act, "readonly").catch(() => otherwise)

  const fact = (name) => read((items, rest, facts) => ask(facts.get(name)))
  const note = (name, value) => change((items, rest, facts) => facts.put(value, name)).catch(() => {})

  async function who() {
    return /(?:^|; )who=(\w+)/.exec(page?.cookie)?.[1] || (await fact("who")) || ""
  }

  async function all() {
    return [...(await read((items) => ask(items.getAll()), [])), ...loose.values()].sort((a, b) => a.at - b.at)
  }

  function tell(detail, own = true) {
    if (own) channel?.postMessage(detail)
    if (page) dispatchEvent(new CustomEvent("outbox", { detail }))
  }

  async function keep(item, bytes) {
    try {
      await change(async (items, rest) => {
        const there = (await ask(items.getAll())).filter(({ url }) => url === item.url)
        if (there.length >= outbox.most || there.reduce((sum, { size }) => sum + size, item.size) > outbox.room) throw { name: "Full" }
        items.put(item)
        rest.put(bytes, item.key)
      })
    } catch (fault) {
      if (fault.name === "Full") throw fault
      loose.set(item.key, { ...item, bytes, loose: true })
    }
    tell(item)
  }

  /** Keeps one capture, then sends it; gives the item. look: a photo is held until it was looked at. Throws "Full", and what a file that is gone throws. */
  async function put({ url, file, fields = {}, meta = {}, look }) {
    const bytes = file ? await file.arrayBuffer() : new ArrayBuffer(0)
    const { name = "", type = "" } = file || {}
    const item = { key: uuid(), url, uid: await who(), meta, name, type, size: bytes.byteLength, fields, at: Date.now(), tries: 0, nextAt: 0, state: look && /^image/.test(type) ? "held" : "queued" }
    await keep(item, bytes)
    asked ||= navigator.storage?.persist?.()
    if (item.state === "held") import("./coach.js").then(({ coach }) => coach(item.key, file)).catch(() => retry(item.key))
    else drain()
    if (page) navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("outbox")).catch(() => {})
    return { ...item, bytes, loose: loose.has(item.key) }
  }

  /** What is mine; or what is somebody else's. */
  async function list(others = false) {
    const me = await who()
    return (await all()).filter(({ uid }) => (uid && uid !== me ? others : !others))
  }

  /** How many are mine, of those wait for a sign-in, and are somebody else's. */
  async function count() {
    const mine = await list()
    return { mine: mine.length, auth: mine.filter(({ state }) => state === "auth").length, others: (await list(true)).length }
  }

  /** Changes one item that is still there, and as it was. */
  async function patch(key, facts, was) {
    const mend = (item) => item && (!was || item.state === was) && Object.assign(item, facts)
    return mend(loose.get(key)) || change(async (items) => {
      const item = mend(await ask(items.get(key)))
      if (item) items.put(item)
      return item
    })
  }

  /** Says what spoils a photo that is still held. */
  async function hold(key, fault) {
    const item = await patch(key, { fault }, "held")
    if (item) tell({ key, state: "held", fault })
    return item
  }

  const find = async (key) => (await all()).find((item) => item.key === key)

  async function drop(key) {
    loose.delete(key)
    await change((items, rest) => (items.delete(key), rest.delete(key))).catch(() => {})
  }

  /** Takes one away, also from under way; gives all of it, for restore. */
  async function remove(key) {
    const item = await find(key)
    if (!item) return
    const bytes = await load(item)
    await drop(key)
    running.get(key)?.abort()
    tell({ key, state: "removed" })
    return { ...item, bytes }
  }

  async function restore({ bytes, ...item }) {
    await keep(item, bytes)
    drain()
  }

  /** What was refused is asked anew, anything else keeps its key. */
  async function retry(key) {
    const item = await find(key)
    if (!item) return
    const again = (item.again || 0) + (item.state === "failed")
    await patch(key, { again, state: "queued", tries: 0, nextAt: 0, status: 0, body: "" })
    tell({ key, state: "queued" })
    return drain({ auth: true, now: true })
  }

  /** Forgets everything on this device. */
  async function purge() {
    loose.clear()
    await change((...stores) => stores.map((store) => store.clear())).catch(() => {})
    tell({ state: "purged" })
  }

  /** Somebody is here: what nobody owns becomes theirs. Gives who was here before, if that was somebody else. */
  async function adopt(me) {
    const before = await fact("who")
    if (me === before) return
    await note("who", me)
    for (const { key, uid } of await all()) if (!uid) await patch(key, { uid: me })
    return before
  }

  const load = async (item) => item.bytes || read((items, rest) => ask(rest.get(item.key)))

  /** Sends what is due, one by one; auth: somebody signed in again, now: the network is back. Gives how many are left. */
  function drain(how = {}) {
    return (line = line.then(() => turn(how)).catch(() => {}))
  }

  async function turn(how) {
    const run = async () => ({ at: await work(how) })
    const held = navigator.locks ? await navigator.locks.request("outbox", { ifAvailable: true }, (lock) => lock && run()) : await lease(run)
    const at = held ? held.at : Date.now() + 1500
    if (page) clearTimeout(timer)
    if (page && at) timer = setTimeout(drain, Math.max(500, at - Date.now()))
    return (await list()).filter(({ state }) => state === "queued").length
  }

  // Without locks a row says until when somebody sends; a page that is left holds up the next as long.
  async function lease(run) {
    if (!(await all()).length) return {}
    const hold = (time) => note("lease", Date.now() + time)
    const taken = async (items, rest, facts) => (await ask(facts.get("lease"))) > Date.now() || !facts.put(Date.now() + 6000, "lease")
    if (await change(taken).catch(() => {})) return
    const beat = setInterval(hold, 2000, 6000)
    return run().finally(() => (clearInterval(beat), hold(0)))
  }

  /** Gives when to look again. */
  async function work({ auth, now }) {
    const me = await who()
    // A photo whose page was left before it was looked at goes as it is.
    for (const { key, state, fault, at } of await list()) if (state === "held" ? !fault && at < Date.now() - 9000 : auth && state === "auth") await patch(key, { state: "queued" })
    for (const met = new Set(); me; ) {
      const mine = (await all()).filter(({ uid }) => uid === me)
      if (mine.some(({ state }) => state === "auth")) return
      const queued = mine.filter(({ key, state }) => state === "queued" && !met.has(key))
      const due = queued.filter(({ nextAt, status }) => nextAt <= Date.now() || (now && !status))
      const [next] = due.sort((a, b) => a.tries - b.tries)
      if (!next) return Math.min(...mine.filter(({ state }) => state === "queued").map(({ nextAt }) => nextAt), 1e15) % 1e15
      met.add(next.key)
      const pause = await send(next)
      if (pause) return pause
    }
  }

  // Gives when to try again, if there is no network at all.
  async function send(item) {
    const { key, url, uid, fields, name, type, size, again } = item
    const bytes = await load(item)
    const form = new FormData()
    for (const field in fields) for (const value of [fields[field]].flat()) form.append(field, value)
    if (size) form.append("file", new Blob([bytes], { type }), name || "photo.jpg")
    const headers = { "Idempotency-Key": again ? `${key}.${again}` : key, "X-Expect-User": uid, "HX-Request": "true" }
    tell({ key, state: "sending", sent: 0, total: size })
    const answer = await (self.hand || carry)(key, url, form, headers)
    const { status, body } = answer
    if (status > 199 && status < 300) {
      await drop(key)
      if (self.sessionStorage) sessionStorage.sent = Date.now()
      return tell({ key, state: "sent", sent: size, total: size, ...answer })
    }
    const facts = { status, tries: item.tries + 1, ...judge(item.tries, answer) }
    if (facts.state === "failed" || status === 507) facts.body = body.slice(0, 1e5)
    if (!(await patch(key, facts))) return
    tell({ key, ...facts, headers: answer.headers })
    return status ? 0 : facts.nextAt
  }

  function judge(tries, { status, headers }) {
    if ([302, 401, 412].includes(status)) return { state: "auth" }
    if (status && status < 500 && ![408, 409, 425, 429].includes(status)) return { state: "failed" }
    const wait = status === 507 ? 900 : Math.min(300, 2 ** (tries + 1) * (0.7 + Math.random() * 0.6))
    return { state: "queued", nextAt: Date.now() + 1000 * (Number(headers["retry-after"]) || wait) }
  }

  function carry(key, url, form, headers) {
    return new Promise((done) => {
      const xhr = new XMLHttpRequest()
      running.set(key, xhr)
      xhr.open("POST", url)
      for (const name in headers) xhr.setRequestHeader(name, headers[name])
      let watch
      const moves = () => {
        clearTimeout(watch)
        // A line may die in silence.
        watch = setTimeout(() => xhr.abort(), 60000)
      }
      xhr.upload.onprogress = ({ loaded, total }) => {
        moves()
        tell({ key, state: "sending", sent: loaded, total })
      }
      xhr.onloadend = () => {
        clearTimeout(watch)
        running.delete(key)
        const lines = xhr.getAllResponseHeaders().trim().split("\r\n").map((line) => line.split(/: (.*)/s))
        const moved = xhr.status && !xhr.responseURL.endsWith(url)
        done({ status: moved ? 302 : xhr.status, body: xhr.responseText, headers: Object.fromEntries(lines) })
      }
      moves()
      xhr.send(form)
    })
  }

  // crypto.randomUUID is missing over plain http.
  function uuid() {
    const digit = (place) => (place ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (place / 4)))).toString(16)
    return crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit)
  }

  if (channel) channel.onmessage = ({ data }) => tell(data, false)
  if (page) {
    const look = (how) => page.hidden || drain(how)
    addEventListener("online", () => look({ now: true }))
    addEventListener("pageshow", ({ persisted }) => persisted && look({ now: true, auth: true }))
    page.addEventListener("visibilitychange", () => look({ now: true }))
    setInterval(look, 9000)
  }

  // At most so many items, of so many bytes together, wait for one address: a pile stands in nobody's way.
  self.outbox = { most: 50, room: 100e6, put, hold, list, patch, drain, retry, remove, restore, purge, count, adopt, who }
}
