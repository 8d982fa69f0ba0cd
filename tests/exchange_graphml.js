// needs 'graphology'
// needs 'graphology-graphml'
// What another reader of GraphML finds in a file: its type, nodes and edges with their attributes.
const { readFileSync } = require('fs')
const { DirectedGraph, UndirectedGraph } = require('graphology')
const { parse } = require('graphology-graphml')
const text = readFileSync(process.argv[2], 'utf8')
const graph = parse(/edgedefault="directed"/.test(text) ? DirectedGraph : UndirectedGraph, text)
console.log(JSON.stringify({ type: graph.type, ...graph.export() }))
