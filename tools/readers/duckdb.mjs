// Runs queries of DuckDB, of which standard input has an array, and prints an
// array of their rows. Each query has a database of its own.
import { DuckDBInstance } from '@duckdb/node-api'
import { text } from 'node:stream/consumers'

const results = []
for (const query of JSON.parse(await text(process.stdin))) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(query)
  results.push(reader.getRowObjectsJson())
}
console.log(JSON.stringify(results))
