
"use strict";
(() => {
  const markdown = document.getElementById("markdown").value;
  const page = document.getElementById("page");
  const said = document.getElementById("said");
  const tell = (text) => { said.textContent = ""; requestAnimationFrame(() => { said.textContent = text; }); };

  // A copy event takes both kinds at once, also on a page opened from a file.
  const byEvent = (kinds) => {
    let taken = false;
    const fill = (event) => {
      for (const [kind, text] of Object.entries(kinds)) event.clipboardData.setData(kind, text);
      event.preventDefault();
      taken = true;
    };
    document.addEventListener("copy", fill);
    try { document.execCommand("copy"); } finally { document.removeEventListener("copy", fill); }
    return taken;
  };
  const byPromise = (kinds) => {
    const blobs = Object.entries(kinds).map(([kind, text]) => [kind, new Blob([text], { type: kind })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  };
  const copy = async (kinds, done) => {
    try {
      if (!byEvent(kinds)) await byPromise(kinds);
      tell(done);
    } catch {
      tell("This browser does not let the page copy. Select the text and copy it yourself.");
    }
  };

  document.getElementById("copy").addEventListener("click", () =>
    copy({ "text/html": page.innerHTML, "text/plain": markdown }, "Copied: paste it into a page."));
  document.getElementById("copy-markdown").addEventListener("click", () =>
    copy({ "text/plain": markdown }, "Copied as Markdown."));
})();
