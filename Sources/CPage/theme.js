// Before the first picture: the colours that the visitor chose, or the system's, so that the page does not flash
// in others.
"use strict";

{
  let chosen = null;
  try {
    chosen = localStorage.getItem("emotiond-theme");
  } catch {
    // Without storage the system's colours hold.
  }
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = systemIsDark.matches ? "dark" : "light";
  };
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  else {
    follow();
    systemIsDark.addEventListener("change", follow);
  }
}
