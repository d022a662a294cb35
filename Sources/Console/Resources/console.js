// Keeps a page up to date: the server says that something has happened, and the parts that are marked are fetched and put in place.
// Everything works without it, by reloading.
"use strict";
(() => {
  const live = document.body.dataset.live;
  if (!live || !window.EventSource) return;
  const freshness = document.getElementById("freshness");
  let busy = false, wanted = false, isOver = false;

  const say = (text) => { freshness.textContent = text; };

  // What a person is writing must not be taken away.
  const isInUse = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, button") ||
    [...part.querySelectorAll("input:not([type=hidden])")].some((input) => input.value !== input.defaultValue);

  const place = (fresh) => {
    const main = document.querySelector("main");
    const wantedParts = [...fresh.querySelectorAll("main > [data-region]")];
    const names = new Set(wantedParts.map((part) => part.dataset.region));
    for (const part of main.querySelectorAll(":scope > [data-region]")) {
      if (!names.has(part.dataset.region) && !isInUse(part)) part.remove();
    }
    let before = null;
    for (const part of wantedParts) {
      const now = main.querySelector(`:scope > [data-region="${CSS.escape(part.dataset.region)}"]`);
      const incoming = document.importNode(part, true);
      if (!now) {
        if (before) before.after(incoming); else main.append(incoming);
        before = incoming;
        continue;
      }
      if (isInUse(now) || now.innerHTML === incoming.innerHTML) { before = now; continue; }
      const left = now.querySelector(".scroll")?.scrollLeft;
      now.replaceWith(incoming);
      if (left) { const box = incoming.querySelector(".scroll"); if (box) box.scrollLeft = left; }
      before = incoming;
    }
    const stamp = fresh.getElementById("freshness");
    if (stamp) say(stamp.textContent + (source.readyState === EventSource.OPEN ? ", kept up to date" : ""));
  };

  const refresh = async () => {
    if (busy || isOver) { wanted = true; return; }
    busy = true; wanted = false;
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: "same-origin", redirect: "error", headers: { "Ringmaster-Refresh": "1" } });
      if (answer.status === 401) { stop("Signed out: load the page again to sign in."); return; }
      if (answer.ok) place(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      say("The control plane cannot be reached; trying again.");
    } finally {
      busy = false;
      if (wanted && !isOver) setTimeout(refresh, 500);
    }
  };

  const source = new EventSource(live);
  const stop = (text) => { isOver = true; source.close(); say(text); };
  let isFirst = true;
  source.addEventListener("open", () => { if (isFirst) { isFirst = false; say(freshness.textContent + ", kept up to date"); } else refresh(); });
  source.addEventListener("changed", refresh);
  source.addEventListener("error", () => {
    say("The control plane cannot be reached; trying again.");
    // It does not come back by itself: an old picture must not pass for a new one.
    if (source.readyState === EventSource.CLOSED) {
      refresh().finally(() => { if (!isOver) stop("This page is not kept up to date any more: load it again."); });
    }
  });
})();
