// Keys go to the terminal once it shows something, and to the button once it has ended: nobody has to click first.
const again = document.getElementById("again");
again.addEventListener("click", () => window.location.reload());
new MutationObserver(() => {
  const state = document.body.classList;
  const here = state.contains("-closed") ? again : state.contains("-first-byte") ? document.querySelector(".xterm-helper-textarea") : null;
  here?.focus();
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
