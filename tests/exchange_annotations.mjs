// needs '@apache-annotator/dom'
// needs '@apache-annotator/selector'
// needs 'jsdom'
// The text that Apache Annotator selects for each selector of a file, in the plain texts beside it: a list of matches for each.
import { readFileSync } from 'fs'
import { createRequire } from 'module'
import { pathToFileURL } from 'url'
const modules = process.env.NODE_PATH
const require = createRequire(pathToFileURL(`${modules}/`))
const { JSDOM } = require('jsdom')
const { document, Range, NodeFilter, Node } = new JSDOM().window
Object.assign(globalThis, { document, Range, NodeFilter, Node })
const at = name => import(pathToFileURL(`${modules}/@apache-annotator/${name}/lib/index.js`))
const { createTextQuoteSelectorMatcher, createTextPositionSelectorMatcher, makeCreateRangeSelectorMatcher } = await at('dom')
const { makeRefinable } = await at('selector')
const matcher = makeRefinable(selector => ({
  TextQuoteSelector: createTextQuoteSelectorMatcher,
  TextPositionSelector: createTextPositionSelectorMatcher,
  RangeSelector: makeCreateRangeSelectorMatcher(matcher),
})[selector.type](selector))
const found = []
for (const { text, selector } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  document.body.textContent = text
  const matches = []
  for await (const range of matcher(selector)(document.body)) matches.push(range.toString())
  found.push(matches)
}
console.log(JSON.stringify(found))
