"use strict";
// The slider moves at once; without this script its button does the same.
(() => {
  const slider = document.getElementById("step");
  if (!slider) return;
  const shown = document.getElementById("shown");
  const panels = document.querySelectorAll("[data-step]");
  const button = document.getElementById("go");
  if (button) button.hidden = true;
  const show = () => {
    for (const panel of panels) {
      const here = panel.dataset.step === slider.value;
      if (panel.classList.contains("state")) panel.hidden = !here;
      if (panel.classList.contains("entry")) {
        panel.classList.toggle("current", here);
        if (here) panel.setAttribute("aria-current", "step");
        else panel.removeAttribute("aria-current");
      }
    }
    shown.textContent = slider.value;
  };
  slider.addEventListener("input", show);
  show();
})();
