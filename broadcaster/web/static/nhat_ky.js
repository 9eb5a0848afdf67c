// On a phone the filters fold away, unless something is being filtered or has to be put right.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const narrow = window.matchMedia("(max-width: 820px)").matches;
  document.querySelectorAll("details[data-gon]").forEach((d) => { d.open = !narrow || d.dataset.gon === "mo"; });
});
