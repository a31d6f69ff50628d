// Material's search worker, with a fault of its lunr mended. To save memory lunr merges
// equal branches of the tree in which it keeps its words, and compares them as text
// in which an edge's letter and its target's number stand side by side: an edge “1” to
// node 2 beside an edge “3” to node 4 looks like one edge “1” to node 234. So a few
// words with digits lead others astray, and a search for these finds nothing.
importScripts(location.search.slice(1));
lunr.TokenSet.prototype.toString = function () {
  const edges = Object.keys(this.edges).sort().map((letter) => letter + this.edges[letter].id);
  return (this._str ??= [Number(this.final), ...edges].join(" "));
};
