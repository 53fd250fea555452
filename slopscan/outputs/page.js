"use strict";
(() => {
  const root = document.documentElement;
  const narrow = window.matchMedia("(max-width: 61.99rem)");
  const numbers = (element) => (element.dataset.n || "").split(" ").filter(Boolean);
  const inArticle = (element, number) =>
    [...element.closest("article").querySelectorAll("[data-n]")].filter((other) =>
      numbers(other).includes(number));

  // "hot" follows the mouse, "chosen" stays.
  const glow = (element, name, on) => {
    for (const number of numbers(element)) {
      for (const other of inArticle(element, number)) other.classList.toggle(name, on);
    }
  };
  const clear = (article) => {
    for (const old of article.querySelectorAll(".chosen")) old.classList.remove("chosen");
  };

  // Open every note of a tic, bring the first into view and hand it the focus.
  const show = (tic) => {
    const article = tic.closest("article");
    clear(article);
    let first = null;
    for (const number of numbers(tic)) {
      const note = inArticle(tic, number).find((other) => other.classList.contains("note"));
      if (!note || note.classList.contains("off")) continue;
      for (const holder of [note.closest(".notes"), note.querySelector("details")]) holder.open = true;
      first = first || note;
    }
    glow(tic, "chosen", true);
    if (!first) return;
    const summary = first.querySelector("summary");
    summary.focus({ preventScroll: true });
    first.scrollIntoView({ block: "nearest" });
    summary.dataset.from = tic.id;
  };

  document.addEventListener("click", (event) => {
    const tic = event.target.closest(".tic, .more");
    const back = event.target.closest(".back");
    if (tic) {
      event.preventDefault();
      show(tic);
    } else if (back) {
      event.preventDefault();
      returnTo(back);
    }
  });

  const returnTo = (inside) => {
    const note = inside.closest(".note");
    if (!note) return;
    const words = inArticle(note, note.dataset.n).find((other) => other.classList.contains("tic"));
    const from = document.getElementById(note.querySelector("summary").dataset.from || "");
    const target = from && from.matches(".tic") ? from : words;
    note.querySelector("details").open = false;
    clear(note.closest("article"));
    if (target) {
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest" });
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest(".note")) returnTo(event.target);
  });

  for (const [kind, on] of [["pointerover", true], ["pointerout", false]]) {
    document.addEventListener(kind, (event) => {
      const element = event.target.closest && event.target.closest("[data-n]");
      if (element && event.pointerType === "mouse") glow(element, "hot", on);
    });
  }

  for (const box of document.querySelectorAll("[data-family]")) {
    box.addEventListener("change", () => {
      const same = box.closest("article").querySelectorAll(`.text .${box.dataset.family}, .below .note.${box.dataset.family}`);
      for (const element of same) {
        element.classList.toggle("off", !box.checked);
        if (element.matches(".tic")) element.tabIndex = box.checked ? 0 : -1;
      }
      lay();
    });
  }

  // Notes stand beside their paragraph, or below the notes before them; the text never waits.
  const lay = () => {
    for (const text of document.querySelectorAll(".text")) {
      text.classList.toggle("laid", !narrow.matches);
      text.style.minHeight = "";
      let free = 0;
      for (const notes of text.querySelectorAll(".notes")) {
        const top = Math.max(notes.closest(".row").offsetTop, free);
        notes.style.top = narrow.matches ? "" : `${top}px`;
        free = top + notes.offsetHeight + 6;
      }
      if (!narrow.matches) text.style.minHeight = `${free}px`;
    }
  };
  document.addEventListener("toggle", lay, true);
  window.addEventListener("resize", lay);

  // Beside the text there is room for every note; below it only for their number.
  const fit = () => {
    for (const notes of document.querySelectorAll(".text .notes")) notes.open = !narrow.matches;
    lay();
  };
  narrow.addEventListener("change", fit);
  fit();

  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.matches("details")) target.open = target.closest(".notes").open = true;
})();
