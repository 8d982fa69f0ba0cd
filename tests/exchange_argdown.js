// needs '@argdown/cli'
// What Argdown itself reads in each of some files, as JSON: file → statements, arguments, relations, sections, or its error.
const { readFileSync } = require('fs')
const { argdown } = require('@argdown/node')
const read = file => {
  const run = { input: readFileSync(file, 'utf8'), process: ['parse-input', 'build-model', 'export-json'], logLevel: 'silent', throwExceptions: true }
  try {
    const response = argdown.run(run)
    const errors = [...(response.lexerErrors ?? []), ...(response.parserErrors ?? [])]
    return errors.length ? { errors: errors.map(e => e.message) } : JSON.parse(response.json)
  } catch (error) {
    return { errors: [String(error)] }
  }
}
console.log(JSON.stringify(process.argv.slice(2).map(read)))
