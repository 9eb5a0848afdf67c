// Clock and countdowns by the station's own time, a polling fallback for the live parts, print and hold buttons.
// Times come from the server; the browser's wall clock is never read (it may be wrong).
"use strict";
(function () {
  let base = null; // { server: ms since epoch as the station says, at: performance.now() }

  function setTime(iso) {
    const server = Date.parse(iso);
    if (!Number.isNaN(server)) { base = { server: server, at: performance.now() }; }
  }
  function now() { return base === null ? null : base.server + (performance.now() - base.at); }

  const two = (n) => String(n).padStart(2, "0");
  function left(ms) {
    const s = Math.max(0, Math.ceil(ms / 1000));
    const h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60);
    if (h >= 48) { return Math.floor(h / 24) + " ngày nữa"; }
    return h ? h + " giờ " + two(m) + " phút nữa" : m ? m + " phút " + two(s % 60) + " giây nữa" : s + " giây nữa";
  }

  function tick() {
    const t = now();
    if (t === null) { return; }
    const local = new Date(t + 7 * 3600 * 1000); // replaced below when the page says another offset
    const offset = document.body.dataset.gioMay.slice(-6);
    const sign = offset[0] === "-" ? -1 : 1;
    const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
    local.setTime(t + minutes * 60000);
    const clock = two(local.getUTCHours()) + ":" + two(local.getUTCMinutes()) + ":" + two(local.getUTCSeconds());
    document.querySelectorAll("[data-dong-ho]").forEach((e) => { e.textContent = clock; });
    document.querySelectorAll("[data-dem-nguoc]").forEach((e) => {
      const ms = Date.parse(e.dataset.demNguoc) - t;
      e.textContent = e.dataset.giay !== undefined ? String(Math.max(0, Math.ceil(ms / 1000))) : ms > 0 ? left(ms) : "đến giờ";
    });
  }

  // Live parts: the stream first; while it is silent, every part with data-manh is fetched every 15 seconds.
  let heard = 0;
  function alive(ok) {
    const box = document.getElementById("mat-song");
    if (box) { box.hidden = ok; }
  }
  document.addEventListener("htmx:sseMessage", () => { heard = performance.now(); alive(true); });
  document.addEventListener("htmx:afterSwap", fresh);
  document.addEventListener("htmx:sseMessage", fresh);
  function fresh() {
    const stamp = document.querySelector(".den[data-gio]");
    if (stamp) { setTime(stamp.dataset.gio); }
    tick();
  }
  function poll() {
    if (document.hidden || (heard && performance.now() - heard < 14000)) { return; }
    document.querySelectorAll("[data-manh]").forEach((part) => {
      if (part.contains(document.activeElement) && document.activeElement !== document.body) { return; }
      fetch(part.dataset.manh, { headers: { "HX-Request": "true" }, cache: "no-store" })
        .then((answer) => {
          if (answer.status === 401) { window.location.assign("/dang-nhap"); return null; }
          if (!answer.ok) { throw new Error("status " + answer.status); }
          return answer.text();
        })
        .then((text) => { if (text !== null) { htmx.swap(part, text, { swapStyle: "innerHTML" }); fresh(); alive(true); } })
        .catch(() => alive(false));
    });
  }

  // A button that must be held: data-giu="3" seconds, then its form is sent.
  function holdable(button) {
    let timer = null;
    const label = button.textContent;
    const stop = () => {
      if (timer !== null) { clearInterval(timer); timer = null; }
      button.classList.remove("dang-giu");
      button.textContent = label;
    };
    const begin = (event) => {
      if (timer !== null) { return; }
      event.preventDefault();
      const from = performance.now(), need = Number(button.dataset.giu) * 1000;
      button.classList.add("dang-giu");
      timer = setInterval(() => {
        const rest = need - (performance.now() - from);
        if (rest <= 0) {
          stop();
          const field = button.form.querySelector("[name=" + button.dataset.o + "]");
          field.value = "PHÁT";
          button.form.requestSubmit();
        } else { button.textContent = "Giữ thêm " + Math.ceil(rest / 1000) + " giây…"; }
      }, 100);
    };
    button.addEventListener("pointerdown", begin);
    button.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { begin(e); } });
    ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"].forEach((name) => button.addEventListener(name, stop));
    button.hidden = false;
  }

  // A script that was saved needs no copy in this browser any more (soan.js keeps one while it is written).
  function forget(id) {
    try { ["soan:", "soan:" + id].forEach((key) => window.localStorage.removeItem(key)); } catch (refused) { /* no storage here */ }
  }

  document.addEventListener("DOMContentLoaded", () => {
    setTime(document.body.dataset.gioMay);
    document.querySelectorAll("[data-giu]").forEach(holdable);
    document.addEventListener("click", (e) => {
      const print = e.target.closest("[data-in]");
      if (print) { window.print(); }
    });
    if (new URLSearchParams(window.location.search).has("da_luu")) { forget(decodeURIComponent(window.location.pathname.split("/").pop())); }
    const wrong = document.querySelector("[aria-invalid=true]");
    if (wrong) { wrong.focus(); }
    tick();
    setInterval(tick, 1000);
    setInterval(poll, 15000);
  });
})();
