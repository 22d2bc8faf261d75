// The shell: which room, as whom; everything inside a room is SimCord's page, helped by frame.js.
(() => {
  "use strict";
  const key = new URLSearchParams(location.search).get("key");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const LOCK = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3"/></svg>';
  const byId = (id) => document.getElementById(id);
  const frame = byId("frame");
  const side = byId("side");
  let world = null;
  let here = { room: null, member: null };
  let latest = {};
  const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
  let toastTimer = null;
  let lost = 0;
  let botIsOn = true;

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }
  function portrait(username, size) {
    return element("img", { src: `/portraits/${username}.png`, alt: "", width: size, height: size });
  }
  const roomOf = (slug) => world.rooms.find((room) => room.slug === slug);
  const memberOf = (username) => world.members.find((member) => member.username === username);
  const privateRoomOf = (member) => world.rooms.find((room) => room.name === null && member.username in room.viewers);
  const address = (room, member) => `${location.pathname}${location.search}#${room.slug}/${member.username}`;
  const isNew = (room, member) => {
    const newest = latest[room.slug]?.[member.username];
    return Boolean(newest) && newest !== seen[`${room.slug}/${member.username}`];
  };

  // ------------------------------------------------------------------ where

  function wanted() {
    const [slug, username] = location.hash.slice(1).split("/");
    const member = memberOf(username) || world.members[0];
    let room = roomOf(slug);
    if (room && !(member.username in room.viewers)) room = room.name === null ? privateRoomOf(member) : null;
    return { member, room: room || world.rooms.find((candidate) => member.username in candidate.viewers) };
  }
  function show() {
    const { room, member } = wanted();
    const moved = room !== here.room || member !== here.member;
    here = { room, member };
    if (moved) {
      const query = new URLSearchParams({ viewer: room.viewers[member.username], zone });
      const source = `${room.path}/?${query}#${room.capability}`;
      // Replacing keeps the browser's "back" for rooms, instead of one step more for the frame.
      if (frame.src) frame.contentWindow.location.replace(source);
      else frame.src = source;
    }
    closeMenu();
    draw();
  }
  function go(room, member) {
    location.hash = `${room.slug}/${member.username}`;
  }

  // ------------------------------------------------------------------- draw

  function row(room, member, name, picture, current, news) {
    const link = element("a", { className: `row${news ? " news" : ""}`, href: address(room, member) }, picture,
      element("span", { className: "name", textContent: name }));
    if (current) link.setAttribute("aria-current", "page");
    return link;
  }
  function draw() {
    const { room, member } = here;
    const newest = latest[room.slug]?.[member.username];
    if (newest && !document.hidden) {
      seen[`${room.slug}/${member.username}`] = newest;
      sessionStorage.setItem("seen", JSON.stringify(seen));
    }
    const glyph = (item) => {
      const mark = element("span", { className: "glyph" });
      if (item.forStaff) mark.innerHTML = LOCK;
      else mark.textContent = "#";
      return mark;
    };
    const visible = world.rooms.filter((item) => member.username in item.viewers);
    byId("channels").replaceChildren(...visible.filter((item) => item.name !== null).map((item) =>
      element("li", {}, row(item, member, item.name, glyph(item), item === room, isNew(item, member)))));
    byId("direct").replaceChildren(...visible.filter((item) => item.name === null).map((item) =>
      element("li", {}, row(item, member, "Rung", portrait("rung", 24), item === room, isNew(item, member)))));
    byId("members").replaceChildren(...world.members.map((item) => {
      const target = item.username in room.viewers ? room : room.name === null ? privateRoomOf(item) : world.rooms[0];
      const link = row(target, item, item.name, portrait(item.username, 28), item === member,
        item !== member && isNew(privateRoomOf(item), item));
      if (item.isModerator) link.append(element("small", { textContent: "moderator" }));
      return element("li", {}, link);
    }));
    const title = room.name === null ? "Rung" : `#${room.name}`;
    byId("bar-you").replaceChildren(portrait(member.username, 24), member.name.split(" ")[0]);
    byId("menu-dot").hidden = !visible.some((item) => item !== room && isNew(item, member));
    frame.title = `${title}, seen by ${member.name}`;
    document.title = `${title} · ${member.name} · Rung playground`;
  }
  function toast(text, failure = false) {
    clearTimeout(toastTimer);
    Object.assign(byId("toast"), { textContent: text, hidden: false, className: `toast${failure ? " failure" : ""}` });
    toastTimer = setTimeout(() => { byId("toast").hidden = true; }, failure ? 9000 : 5000);
  }
  function openMenu() {
    side.classList.add("open");
    byId("scrim").hidden = false;
    byId("menu").setAttribute("aria-expanded", "true");
  }
  function closeMenu() {
    side.classList.remove("open");
    byId("scrim").hidden = true;
    byId("menu").setAttribute("aria-expanded", "false");
  }

  // ------------------------------------------------------------------- talk

  function listen() {
    const events = new EventSource(`/events?key=${encodeURIComponent(key)}`);
    const stop = () => { events.close(); frame.remove(); byId("stopped").hidden = false; };
    events.onmessage = (event) => {
      lost = 0;
      const news = JSON.parse(event.data);
      if (news.stopped) stop();
      if (news.latest) { latest = news.latest; botIsOn = news.botIsOn; draw(); drawPower(); }
    };
    // The browser tries again by itself; a playground that was killed cannot say goodbye.
    events.onerror = () => { lost += 1; if (lost >= 2 || events.readyState === EventSource.CLOSED) stop(); };
  }
  const ORDERS = {
    stop: ["Stopping the bot…", (seconds) => `The bot stopped in ${seconds} s.`],
    start: ["Starting the bot…", (seconds) => `The bot started in ${seconds} s, and makes up for what it missed.`],
    restart: ["Restarting the bot…", (seconds) => `The bot restarted in ${seconds} s. Buttons posted before still answer.`],
  };
  async function order(what) {
    const buttons = ["power", "restart", "start"].map(byId);
    const [begun, done] = ORDERS[what];
    buttons.forEach((button) => { button.disabled = true; });
    toast(begun);
    try {
      const response = await fetch(`/${what}`, { method: "POST", headers: { "X-Rung-Key": key } });
      const result = await response.json();
      if (result.failure) toast(`The bot did not ${what}: ${result.failure}`, true);
      else toast(done(result.seconds.toFixed(1)));
    } catch {
      toast("The playground did not answer.", true);
    }
    buttons.forEach((button) => { button.disabled = false; });
  }
  function drawPower() {
    byId("off").hidden = botIsOn;
    byId("power-word").textContent = botIsOn ? "Stop the bot" : "Start the bot";
  }
  function tryCommand({ command, room, member }) {
    const as = member === "moderator" ? world.members.find((item) => item.isModerator) : here.member;
    const target = roomOf(room) || here.room;
    const moves = target !== here.room || as !== here.member;
    const type = () => frame.contentWindow.postMessage({ type: command }, location.origin);
    if (moves) {
      frame.addEventListener("load", type, { once: true });
      go(target, as);
    } else type();
    closeMenu();
  }

  byId("menu").addEventListener("click", openMenu);
  byId("scrim").addEventListener("click", closeMenu);
  byId("power").addEventListener("click", () => order(botIsOn ? "stop" : "start"));
  byId("start").addEventListener("click", () => order("start"));
  byId("restart").addEventListener("click", () => order("restart"));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenu(); });
  document.querySelectorAll("[data-command]").forEach((button) =>
    button.addEventListener("click", () => tryCommand(button.dataset)));
  document.addEventListener("visibilitychange", () => { if (world) draw(); });
  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== frame.contentWindow) return;
    if (event.data?.failure) toast(botIsOn ? event.data.failure : "This interaction failed: the bot is off.", true);
    const room = world.rooms.find((candidate) => candidate.id === event.data?.channel);
    if (room && here.member.username in room.viewers) go(room, here.member);
  });

  fetch("/world", { headers: { "X-Rung-Key": key } }).then((response) => response.json()).then((description) => {
    world = description;
    document.querySelectorAll("[data-guild]").forEach((name) => { name.textContent = world.guild; });
    window.addEventListener("hashchange", show);
    show();
    listen();
  });
})();
