/** Light or dark: as the system has it, until the reader chooses. */

const KEY = "rf-theme";

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A page in a frame, or a file, may have no storage: the choice then lasts as long as the page.
  }
}

/** Makes a button switch between light and dark. */
export function themed(button) {
  const root = document.documentElement;
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const named = () => button.setAttribute("aria-label", isDark() ? "Light colors" : "Dark colors");
  if (["light", "dark"].includes(kept())) root.dataset.theme = kept();
  named();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep(root.dataset.theme);
    named();
  });
}
