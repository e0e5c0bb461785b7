// Reads the WARC file of the first argument with warcio.js, and prints an array of what
// its records say: headers, the answer's own headers, and the body as text.
import { createReadStream } from 'node:fs'
import { WARCParser } from 'warcio'

const records = []
for await (const record of new WARCParser(createReadStream(process.argv[2]))) {
  const body = await record.contentText()
  records.push({
    type: record.warcType,
    headers: Object.fromEntries(record.warcHeaders.headers),
    status: record.httpHeaders?.statusline ?? '',
    http: Object.fromEntries(record.httpHeaders?.headers ?? []),
    body,
  })
}
console.log(JSON.stringify(records))
