// needs '@citation-js/core'
// The number of records in a file of CSL-JSON; what CSL does not define so makes Citation.js throw.
const { readFileSync } = require('fs')
const { dirname, join } = require('path')
const core = dirname(dirname(require.resolve('@citation-js/core')))
const { clean } = require(join(core, 'lib/plugins/input/csl.js'))
console.log(clean(JSON.parse(readFileSync(process.argv[2], 'utf8')), false).length)
