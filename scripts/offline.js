// In the offline copy, before every other script; scripts/offline.py puts the text of
// the search's worker above, as searchWorker.
{
  // A page opened from a file may neither start a worker from another file nor fetch
  // the search index. So the worker starts from text, and what it searches comes as a
  // script, when Material sets the worker up: once the reader turns to the search.
  const SETUP = 0; // the type of that message
  const index = new URL("../../search/search_docs.js", document.currentScript.src);
  window.Worker = class extends Worker {
    constructor() {
      super(URL.createObjectURL(new Blob([searchWorker], { type: "text/javascript" })));
    }
    postMessage(message) {
      if (message.type !== SETUP) return super.postMessage(message);
      const script = document.createElement("script");
      script.src = index;
      script.onload = () => {
        super.postMessage({ ...message, data: { ...message.data, docs: searchDocs } });
      };
      document.head.append(script);
    }
  };

  // Links that a script makes may name a folder, as the pages' own do on a server.
  for (const event of ["pointerover", "focusin", "click"])
    addEventListener(
      event,
      ({ target }) => {
        const link = target.closest?.("a[href]");
        if (link?.protocol === "file:" && link.pathname.endsWith("/"))
          link.pathname += "index.html";
      },
      true,
    );
}
