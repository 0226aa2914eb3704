// <lstm-playground>: puts the page into a note as a frame, loads nothing before it is wanted, and referees several of them like players. One
// classic script without dependencies; it computes nothing and reaches into no page but its own frames.
(() => {
  const HERE = document.currentScript?.src || location.href, PAGE = new URL(HERE.startsWith("file:") ? "index.html" : "./", HERE).href; // a disk has no listing
  const REFUSED_AFTER = 3000, ANSWER_WITHIN = 10_000; // ms
  const USUAL_HEIGHT = 360, LEAST = 120, MOST = 4000; // CSS px
  const VERSION = 1;
  const COMMANDS = { play: 1, pause: 1, reset: 1 };
  const WORDS = { en: { run: "Run", title: "LSTM Playground" }, zh: { run: "运行", title: "LSTM Playground" } };
  const STYLE = `:host{display:block;position:relative;min-height:var(--lstm-height,${USUAL_HEIGHT}px);border-radius:var(--lstm-radius,0);background:var(--lstm-bg,none)}:host([hidden]){display:none}
iframe{display:block;width:100%;height:var(--lstm-height,${USUAL_HEIGHT}px);border:0;border-radius:inherit;color-scheme:inherit}
button{display:block;margin:.75rem 0 0;font:600 .9375rem/1 system-ui,sans-serif;min-height:2.75rem;padding:0 1.25rem;color:Canvas;background:var(--lstm-accent,CanvasText);border:0;border-radius:2px;cursor:pointer}
[hidden]{display:none!important}.waiting{position:absolute;inset:0;visibility:hidden}
@media print{iframe,button{display:none!important}slot[hidden],slot{display:block!important}:host{min-height:0}}`;

  /** @type {Set<LstmPlayground>} */
  const standing = new Set();
  addEventListener("message", ({ source, data }) => {
    if (typeof data !== "object" || data === null || data.lstm !== VERSION) return;
    for (const element of standing) if (element.isFrom(source)) return element.hear(data);
  });
  let count = 0, claimed = 0;        // when a frame has begun last, by its own clock

  class LstmPlayground extends HTMLElement {
    static observedAttributes = ["state", "theme", "lang", "height", "panels", "src", "readonly"];
    #root = this.attachShadow({ mode: "open" });
    #slot = document.createElement("slot");
    #button = document.createElement("button");
    /** @type {HTMLIFrameElement | undefined} */
    #frame;
    #id = `lstm-${(count += 1)}`;
    #kept = "";                      // the newest state, which outlives a frame that is moved
    #plays = false;
    #chosen = false;                 // somebody has started it: it did not start by itself
    #wanted = false;                 // the reader has asked for the frame
    #isReady = false;                // the frame has spoken
    #hasEngine = false;              // and its engine is there
    #isLate = false;                 // it has not, for too long
    #goesOn = false;                 // it was training when it was moved: where its state is reached it trains on
    /** @type {any[]} */
    #waiting = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;
    /** @type {IntersectionObserver | undefined} */
    #observer;

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
      this.#button.type = "button";
      this.#button.setAttribute("part", "button");
      this.#button.addEventListener("click", () => this.play());
      this.#slot.setAttribute("part", "poster");
      this.#root.append(this.#slot, this.#button);
    }

    connectedCallback() {
      standing.add(this);
      this.#draw();
      if (this.#wanted) return this.#load(this.#plays);
      const { loading } = this, plays = this.hasAttribute("autoplay");
      if (loading === "visible") {
        this.#observer = new IntersectionObserver((entries) => { if (entries.some(({ isIntersecting }) => isIntersecting)) this.#load(plays); });
        this.#observer.observe(this);
      } else if (loading === "eager" || plays) this.#load(plays);
    }
    /** Moved without leaving the document, where the browser can do that: the frame stays as it is. */
    connectedMoveCallback() {}
    disconnectedCallback() {
      standing.delete(this);
      this.#observer?.disconnect();
      this.#unload();
    }
    attributeChangedCallback(/** @type {string} */ name, /** @type {string | null} */ before, /** @type {string | null} */ now) {
      if (before === now || !this.isConnected) return;
      if (name === "height") return this.#fit(Number(now));
      this.#draw();
      if (name === "state") {
        this.#kept = "";
        if (this.#hasEngine) return this.#send("set", { state: this.#fragment() });
      }
      if (this.#frame) { this.#unload(); this.#load(this.#plays); }
    }

    get loading() { const value = this.getAttribute("loading") ?? ""; return ["visible", "eager"].includes(value) ? value : "click"; }
    set loading(value) { this.setAttribute("loading", value); }
    get state() { return this.#kept || (this.getAttribute("state") ?? "").replace(/^#/, ""); }
    set state(value) { this.setAttribute("state", value); }

    play() {
      if (this.#isLate) this.#unload();
      this.#plays = true;
      if (this.#frame) this.#send("play");
      else this.#load(true);
    }
    pause() { this.#yield(); }
    /** To whoever has claimed the place at that time; a frame that has claimed it later goes on. */
    #yield(/** @type {number | undefined} */ at = undefined) { this.#plays = this.#chosen = false; this.#send("pause", { at }); }
    reset() { this.#send("reset"); }
    setState(/** @type {string} */ state) { this.state = state; }
    /** The newest state. @returns {Promise<string>} */
    async getState() { return this.#isReady ? (await this.#ask("get", "state")).state || this.state : this.state; }
    /** A link to the whole page with that state. @returns {Promise<string>} */
    async getLink() { return `${this.#page()}#${await this.getState()}`; }
    /** The drawing as a data: address. @returns {Promise<string>} */
    async toPNG() { return (await this.#ask("png", "png")).data; }
    /** Ends the frame and its worker; the fallback stands again. */
    destroy() { this.#wanted = this.#plays = this.#chosen = false; this.#unload(); this.#draw(); }

    isFrom(/** @type {MessageEventSource | null} */ source) { return this.#frame !== undefined && source === this.#frame.contentWindow; }
    hear(/** @type {any} */ { type, ...detail }) {
      const says = (/** @type {string} */ name, /** @type {any} */ what) => this.dispatchEvent(new CustomEvent(`lstm-${name}`, { bubbles: true, composed: true, detail: what }));
      if (type === "hello") {
        clearTimeout(this.#timer);
        [this.#isReady, this.#isLate] = [true, false];
        this.#draw();
        this.#slot.hidden = true;
        if (this.#frame) this.#frame.className = "";
        this.#send("welcome", { id: this.#id, auto: this.#isAuto() });
        for (const message of this.#waiting.splice(0)) this.#send(message.type, message);
      } else if (type === "height" && this.#isAuto()) this.#fit(detail.height);
      else if (type === "state" && typeof detail.state === "string") {
        this.#plays = detail.training === true;
        this.#chosen &&= this.#plays;
        if (detail.state === this.#kept) return;
        this.#kept = detail.state;
        says("state", detail.state);
      } else if (type === "started") {
        const { at = performance.timeOrigin + performance.now() } = detail;
        if (at < claimed) return this.#yield(claimed); // it has crossed a later one
        if (detail.byReader === false && [...standing].some((other) => other !== this && other.#chosen && other.#isSeen())) return this.pause();
        claimed = at;
        this.#plays = true;
        this.#chosen = detail.byReader !== false;
        for (const other of standing) if (other !== this) other.#yield(at);
      } else if (type === "escape") this.#leave();
      else if (type === "ready") {
        this.#hasEngine = true;
        says("ready", undefined);
      }
      else if (type === "progress") says("progress", { trainingSteps: detail.trainingSteps, loss: detail.loss });
      else if (type === "done") {
        if (!this.#goesOn) return says("done", { digest: detail.digest });
        this.#goesOn = false;
        this.#send("play");
      }
      else if (type === "error") says("error", { message: String(detail.message) });
    }

    #isSeen() { const { top, bottom } = this.getBoundingClientRect(); return bottom > 0 && top < innerHeight; }
    #page() { return new URL(this.getAttribute("src") ?? PAGE, document.baseURI).href.split("#")[0]; }
    #isAuto() { return !(Number(this.getAttribute("height")) > 0); }
    /** What the frame is opened with: a link keeps its own signature only as long as it is whole, so the host's wishes stand before it or are signed. */
    #fragment() {
      const wishes = { embed: "1", loading: this.loading, theme: this.getAttribute("theme"), lang: this.getAttribute("lang"), view: this.getAttribute("panels")?.trim().replace(/[\s,]+/g, "."),
        lock: this.hasAttribute("readonly") ? "text.settings.reset" : null };
      const set = Object.entries(wishes).filter(([, value]) => value), named = set.map(([key]) => key);
      const [, body, sum] = this.state.match(/^(.*?)(?:&k=([0-9a-f]{8}))?$/s) ?? [], whole = sum !== undefined && sum === checksum(body);
      if (sum !== undefined && !whole) return this.state; // damaged: the page says so
      const pairs = body.split("&").filter((pair) => pair && !named.includes(pair.split("=")[0])), all = [...pairs.slice(0, 1), ...set.map((pair) => pair.join("=")), ...pairs.slice(1)].join("&");
      return whole ? `${all}&k=${checksum(all)}` : all;
    }
    #load(/** @type {boolean} */ plays) {
      if (this.#frame) return;
      this.#wanted = true;
      this.#plays = plays;
      const frame = this.#frame = document.createElement("iframe");
      frame.setAttribute("credentialless", "");
      frame.setAttribute("part", "frame");
      frame.allow = "clipboard-write; fullscreen";
      frame.title = this.getAttribute("title") || WORDS.en.title;
      frame.className = "waiting"; // the fallback stands until the page has spoken
      frame.src = `${this.#page()}#${this.#fragment()}`;
      this.#button.hidden = true;
      this.#fit(Number(this.getAttribute("height")));
      this.#root.append(frame);
      const trained = /(^|&)n=\d/.test(this.#kept);
      this.#goesOn = plays && trained;
      if (plays || trained) this.#waiting.push({ type: "play" });
      this.#timer = setTimeout(() => { // refused by the host's policy, no network, or a slow one: the fallback stays until it speaks after all
        this.#isLate = true;
        this.#draw();
        this.hear({ type: "error", message: "the frame does not answer" });
      }, REFUSED_AFTER);
    }
    #unload() {
      clearTimeout(this.#timer);
      this.#frame?.remove();
      this.#frame = undefined;
      this.#isReady = this.#hasEngine = this.#isLate = false;
      this.#waiting = [];
      this.#slot.hidden = false;
    }
    #draw() {
      this.#button.textContent = WORDS[/^zh/.test(this.getAttribute("lang") || document.documentElement.lang) ? "zh" : "en"].run;
      this.#button.hidden = this.#frame !== undefined && !this.#isLate;
    }
    #fit(/** @type {number} */ height) {
      if (height > 0) this.style.setProperty("--lstm-height", `${Math.round(Math.min(MOST, Math.max(LEAST, height)))}px`);
    }
    #send(/** @type {string} */ type, more = {}) {
      if (!this.#frame) return;
      if (!this.#isReady) { if (type in COMMANDS) this.#waiting.push({ ...more, type }); return; }
      this.#frame.contentWindow?.postMessage({ ...more, lstm: VERSION, id: this.#id, type }, "*"); // a sandboxed frame has no origin to name
    }
    /** A question to the frame and its answer. @returns {Promise<any>} */
    #ask(/** @type {string} */ type, /** @type {string} */ answer) {
      return new Promise((resolve, reject) => {
        if (!this.#isReady) return reject(new Error("the frame has not been started"));
        const stop = new AbortController(), timer = setTimeout(() => { stop.abort(); reject(new Error("the frame does not answer")); }, ANSWER_WITHIN);
        addEventListener("message", ({ source, data }) => {
          if (!this.isFrom(source) || data?.lstm !== VERSION || data.type !== answer) return;
          clearTimeout(timer);
          stop.abort();
          resolve(data);
        }, { signal: stop.signal });
        this.#send(type);
      });
    }
    /** The keyboard goes back to the host, to where the frame stands. */
    #leave() {
      this.#frame?.blur();
      if (!this.hasAttribute("tabindex")) this.tabIndex = -1;
      this.focus({ preventScroll: true });
    }
  }

  /** CRC-32 of a text, as links are signed with it. */
  function checksum(/** @type {string} */ text) {
    let crc = ~0;
    for (const byte of new TextEncoder().encode(text)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return (~crc >>> 0).toString(16).padStart(8, "0");
  }

  for (const name of ["theme", "height", "panels", "src"]) reflect(name, (element) => element.getAttribute(name) ?? "", (element, value) => element.setAttribute(name, value));
  for (const name of ["autoplay", "readonly"]) reflect(name, (element) => element.hasAttribute(name), (element, value) => element.toggleAttribute(name, Boolean(value)));
  function reflect(/** @type {string} */ name, /** @type {(element: HTMLElement) => any} */ read, /** @type {(element: HTMLElement, value: any) => void} */ write) {
    Object.defineProperty(LstmPlayground.prototype, name, { configurable: true, enumerable: true, get() { return read(this); }, set(value) { write(this, value); } });
  }

  if (!customElements.get("lstm-playground")) customElements.define("lstm-playground", LstmPlayground);
})();
