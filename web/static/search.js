// Shows what a search finds while it is typed. Without this script the forms do the
// same once they are sent.
"use strict";
(() => {
  const form = document.querySelector("form.search");
  const live = document.querySelector("[data-live]");
  if (!form || !live) return;
  let waiting, asking;

  const address = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value.trim() !== "") fields.append(name, value.trim());
    }
    return fields;
  };

  const show = async () => {
    asking?.abort();
    asking = new AbortController();
    const fields = address();
    const shown = form.getAttribute("action") + (fields.size ? "?" + fields : "");
    fields.set("typing", "1");
    try {
      const answer = await fetch(form.getAttribute("action") + "?" + fields, { signal: asking.signal });
      if (!answer.ok) return; // half a query: more is to come
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (!fresh) return;
      const here = document.querySelector("[data-live]");
      const folded = here.querySelector(".fold")?.open;
      here.replaceWith(fresh);
      const fold = fresh.querySelector(".fold");
      if (fold && folded !== undefined) fold.open = folded;
      document.title = page.title;
      again();
      history.replaceState(null, "", shown);
    } catch (failed) {
      if (failed.name !== "AbortError") form.removeEventListener("input", later);
    }
  };

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 150);
  };
  form.addEventListener("input", later);

  // While the search index is being made, look now and then whether it is there.
  const again = () => {
    if (document.querySelector("[data-live=making]")) {
      clearTimeout(waiting);
      waiting = setTimeout(show, 2000);
    }
  };
  again();
})();

// On a small screen the filters are folded at first.
if (matchMedia("(max-width: 48rem)").matches) {
  document.querySelector(".fold")?.removeAttribute("open");
}
