// Light, dark, or what the system says. Remembered where the browser lets a file remember.

const startTheme = () => {
  const control = byId("theme");
  const choose = (theme) => {
    if (theme === "auto") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
  };
  let kept = "auto";
  try {
    kept = localStorage.getItem("theme") || "auto";
  } catch {
    // Some browsers keep nothing for files.
  }
  for (const button of control.querySelectorAll("input")) {
    button.checked = button.value === kept;
    button.addEventListener("change", () => {
      choose(button.value);
      try {
        localStorage.setItem("theme", button.value);
      } catch {
        // As above.
      }
    });
  }
  choose(kept);
  control.hidden = false;
};

startTheme();
