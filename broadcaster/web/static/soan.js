// What is being written is kept in this browser until it is saved, so that a lost session or a power cut loses nothing.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-soan]");
  if (!form) { return; }
  const field = form.querySelector("[name=loi_doc]");
  const key = "soan:" + form.dataset.soan;
  const box = document.getElementById("viet-do");
  const most = Number(form.dataset.daiNhat);
  // The station refuses a longer text too; here it is said before a megabyte is sent for nothing.
  const tooLong = () => field.value.length > most
    ? "▲ Lời đọc dài " + field.value.length + " ký tự, quá " + most + " (khoảng một giờ đọc). Chia ra nhiều bài ngắn hơn." : "";
  field.addEventListener("htmx:beforeRequest", (event) => {
    if (tooLong()) { event.preventDefault(); document.getElementById("doc-thu").textContent = tooLong(); }
  });
  form.addEventListener("submit", (event) => {
    if (tooLong()) { event.preventDefault(); document.getElementById("sai-loi_doc").textContent = tooLong(); field.focus(); }
  });
  const sound = form.querySelector("[name=tep_thu]");
  const tooBig = () => {
    const file = sound.files[0];
    const limit = Number(sound.dataset.lonNhat);
    return file && file.size > limit
      ? "▲ Tệp này lớn quá " + Math.floor(limit / 1e6) + " MB. Xuất lại thành mp3: một giờ tiếng chỉ khoảng 60 MB." : "";
  };
  sound.addEventListener("change", () => { document.getElementById("sai-tep_thu").textContent = tooBig(); });
  form.addEventListener("submit", (event) => {
    if (tooBig()) { event.preventDefault(); document.getElementById("sai-tep_thu").textContent = tooBig(); sound.focus(); }
  });
  let store = null;
  try { store = window.localStorage; } catch (refused) { store = null; }
  if (store === null) { return; }
  const began = field.value;
  const kept = store.getItem(key);
  if (kept !== null && kept !== began && kept.trim() !== "") {
    box.hidden = false;
    box.querySelector("[data-lay-lai]").addEventListener("click", () => {
      field.value = kept;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      box.hidden = true;
      field.focus();
    });
    box.querySelector("[data-bo-di]").addEventListener("click", () => { store.removeItem(key); box.hidden = true; });
  }
  field.addEventListener("input", () => {
    try { store.setItem(key, field.value); } catch (full) { store.removeItem(key); }
  });
});
