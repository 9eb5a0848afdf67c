// The week on one sheet: the server reckons the letters' size for Times; on a machine whose paper letters are wider, the smaller size.
"use strict";
(function () {
  const SAMPLE = "Chuyên mục Cải cách hành chính: hướng dẫn nộp hồ sơ trực tuyến và nhận kết quả tại nhà";
  const TIMES = 0.49; // mean width of a bold letter, in its own size; Times has 0.47

  function wide() {
    const family = getComputedStyle(document.documentElement).getPropertyValue("--chu-in").trim() || "serif";
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "bold 100px " + family;
    return pen.measureText(SAMPLE).width / 100 / SAMPLE.length > TIMES;
  }
  function fit() {
    document.querySelectorAll("[data-co-rong]").forEach((sheet) => {
      const narrow = "co-" + sheet.dataset.co, small = "co-" + sheet.dataset.coRong;
      const other = wide();
      if (narrow !== small) { sheet.classList.toggle(narrow, !other); sheet.classList.toggle(small, other); }
    });
  }
  document.addEventListener("DOMContentLoaded", fit);
  window.addEventListener("beforeprint", fit);
})();
