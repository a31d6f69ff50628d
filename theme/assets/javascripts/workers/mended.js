// Material's search worker, with a fault of its lunr mended. To save memory lunr merges
// equal branches of the tree in which it keeps its words, and compares them as text
// in which an edge's letter and its target's number stand side by side: an edge “a” to
// node 1 beside an edge “2” to node 3 looks like one edge “a” to node 123. So a few
// words with digits make others lead astray, and a search for these finds nothing.
importScripts(location.search.slice(1));
lunr.TokenSet.prototype.toString = function () {
  const edges = Object.keys(this.edges).sort().map((letter) => letter + this.edges[letter].id);
  return (this._str ??= [Number(this.final), ...edges].join(" "));
};
