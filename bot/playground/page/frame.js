// Runs before SimCord's page in each room, and makes it a part of the playground.
(() => {
  "use strict";
  const base = location.pathname.replace(/\/$/, "");
  const wanted = new URLSearchParams(location.search);
  const reach = window.fetch.bind(window);

  // SimCord's page believes that it lives at the root of a port of its own, and that nobody told it who looks.
  window.fetch = async (target, options = {}) => {
    const api = typeof target === "string" && target.startsWith("/api/");
    if (target === "/api/pages") {
      options = {
        ...options,
        body: JSON.stringify({ viewer_id: wanted.get("viewer") }),
        headers: { ...options.headers, "X-Rung-Zone": wanted.get("zone") || "" },
      };
    }
    const response = await reach(typeof target === "string" && target.startsWith("/") ? base + target : target, options);
    // A page that slept for longer than its lease is gone; a new one costs nothing.
    if (api && response.status === 410) location.reload();
    return response;
  };

  // SimCord writes a relative time once, when it draws the message; on Discord it counts.
  const relative = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  const UNITS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400], [Infinity, "week", 604800]];
  const shape = /^(in .+|.+ ago|now|yesterday|tomorrow|(this|last|next) (second|minute|hour|day|week))$/;
  function count() {
    for (const time of document.querySelectorAll("time.discord-timestamp")) {
      if (!time.dateTime || !(time.dataset.counts || shape.test(time.textContent))) continue;
      time.dataset.counts = "yes";
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const [, unit, length] = UNITS.find(([limit]) => Math.abs(seconds) < limit);
      const text = relative.format(Math.round(seconds / length), unit);
      if (text !== time.textContent) time.textContent = text;
    }
  }
  setInterval(count, 1000);

  // On Discord a private answer can be dismissed; like there, it is gone from the page and from nowhere else.
  const shelf = `dismissed ${base} ${wanted.get("viewer")}`;
  const dismissed = new Set(JSON.parse(sessionStorage.getItem(shelf) || "[]"));
  function offerDismissal() {
    for (const note of document.querySelectorAll(".message-ephemeral-note")) {
      const message = note.closest("[data-message-id]");
      if (!message) continue;
      if (dismissed.has(message.dataset.messageId)) message.hidden = true;
      if (note.querySelector(".dismiss")) continue;
      const button = Object.assign(document.createElement("button"),
        { type: "button", className: "dismiss", textContent: "Dismiss message" });
      button.addEventListener("click", () => {
        dismissed.add(message.dataset.messageId);
        sessionStorage.setItem(shelf, JSON.stringify([...dismissed]));
        message.hidden = true;
      });
      note.append(" · ", button);
    }
  }

  // On Discord a command whose options are all optional runs at the second Enter; here that Enter would
  // add the first option. Somebody who moved through the options meant one of them.
  // And a suggestion that stands in its option already would be taken at each Enter, for ever.
  let moved = false;
  document.addEventListener("keydown", (event) => {
    const chip = event.target instanceof Element && event.target.matches(".command-chip");
    const offered = document.querySelector("#command-suggestion-listbox [aria-selected=true]");
    const taken = offered?.dataset.value === event.target.value && event.target.matches?.(".command-option-input");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") moved = true;
    else if (event.key === "Enter" && event.isTrusted && (taken || (chip && !moved))) {
      event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    } else moved = false;
  }, true);

  // On Discord an option offers its suggestions before anything is typed, and one chosen by mouse keeps the
  // keyboard in the command, so that Enter runs it.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".command-option-input[role=combobox]") && !event.target.value) {
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  document.addEventListener("click", (event) => {
    const chose = event.composedPath().some((element) => element.className === "command-popup");
    if (chose && document.activeElement === document.body) document.querySelector(".command-chip")?.focus();
  });

  // On Discord whoever writes is taken to the newest message, and stays with it while pictures and fonts make
  // it grow, until they scroll away.
  let following = false;
  function toNewest() {
    const timeline = document.getElementById("channel-timeline");
    if (following && timeline) timeline.scrollTop = timeline.scrollHeight;
  }
  function wrote(event) {
    if (!event.isTrusted || !(event.target instanceof Element) || !event.target.closest("#channel-composer")) return;
    following = true;
    toNewest();
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") wrote(event); }, true);
  document.addEventListener("click", wrote, true);
  for (const away of ["wheel", "touchmove"]) {
    document.addEventListener(away, () => { following = false; }, { capture: true, passive: true });
  }

  // On Discord a form opens in its first field, here on the button that closes it.
  document.addEventListener("focusin", (event) => {
    const dialog = event.target.matches(".modal-close") ? event.target.closest(".modal-dialog") : null;
    if (!dialog || dialog.dataset.entered) return;
    dialog.dataset.entered = "yes";
    dialog.querySelector(".modal-input")?.focus();
  });

  // A link to a message leads there, instead of to the Discord that knows nothing of it.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const [, channel, message] = /^https:\/\/discord\.com\/channels\/[^/]+\/(\d+)(?:\/(\d+))?$/.exec(link?.href || "") || [];
    if (!channel) return;
    event.preventDefault();
    const near = message && document.querySelector(`[data-message-id="${message}"]`);
    if (near) near.scrollIntoView({ block: "center", behavior: "smooth" });
    else parent.postMessage({ channel }, location.origin);
  }, true);

  // SimCord says in its toolbar, which is hidden, that an action failed; the shell says it instead.
  const FAILURES = {
    "Action was not completed.": "This interaction failed: the bot did not answer. Its log says why.",
    "Preview session ended.": "This page was closed; reload to open it again.",
  };
  document.addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("action-status");
    let last = "";
    new MutationObserver(() => {
      const text = status.textContent;
      if (text !== last && FAILURES[text]) parent.postMessage({ failure: FAILURES[text] }, location.origin);
      last = text;
    }).observe(status, { childList: true, characterData: true, subtree: true });
    const list = document.getElementById("channel-message-list");
    new MutationObserver(() => { count(); offerDismissal(); }).observe(list, { childList: true, subtree: true });
    new ResizeObserver(toNewest).observe(list);
  });

  // The shell's first steps type a command, and leave running it to the person.
  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== parent || typeof event.data?.type !== "string") return;
    const patience = Date.now() + 8000;
    const write = () => {
      const input = document.getElementById("channel-composer-input");
      if (input?.isConnected && window.simcordPreview?.ready) {
        input.focus();
        input.value = event.data.type;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      } else if (Date.now() < patience) setTimeout(write, 100);
    };
    write();
  });
})();
