// Everything the pages use; each element wakes itself, also after an htmx swap.
import "./requests.js"
import "./toast.js"
import "./offline.js"
import "./keep.js"
import "./worker.js"
import "./theme.js"
import "./waiting.js"
import "./anywhere.js"
