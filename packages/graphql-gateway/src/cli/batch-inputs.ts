import { pipeline } from 'node:stream';
import { LeadGenError, type Operation } from '@leadgen/engine';
import { CsvError, parse } from 'csv-parse';
import { type InputColumns, inputColumns } from './input-columns.ts';
import { cliLimits } from './limits.ts';
import { utf8Pieces } from './utf8-pieces.ts';

/**
 * The inputs of a file, some hundred at a time: CSV with a heading (comma, semicolon or tab, as its first line has them), or one JSON
 * object a line where it begins with a brace. Throws `invalid_param` that names the file and the line.
 */
export async function* batchInputs(path: string, operation: Operation): AsyncGenerator<object[]> {
  const pieces = utf8Pieces(path);
  const first = await pieces.next();
  const start = first.done ? '' : first.value;
  if (start.trim() === '') throw new LeadGenError('invalid_param', `${path}: there is nothing in it.`);
  const texts = chained(start, pieces);
  yield* start.trimStart().startsWith('{') ? jsonInputs(path, texts) : csvInputs(path, operation, start, texts);
}

async function* chained(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

async function* csvInputs(
  path: string,
  operation: Operation,
  start: string,
  texts: AsyncIterable<string>,
): AsyncGenerator<object[]> {
  const parser = parse({
    delimiter: delimiterOf(start),
    relax_column_count_less: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: cliLimits.recordCharactersMax,
  });
  // Its fault arrives below, by way of the parser.
  pipeline(texts, parser, () => {});
  let columns: InputColumns | null = null;
  let inputs: object[] = [];
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      const isFirst = columns === null;
      columns ??= inputColumns(path, operation, record);
      if (isFirst && columns.hasHeading) continue;
      const { names } = columns;
      inputs.push(Object.fromEntries(record.map((cell, index) => [names[index]!, cell])));
      if (inputs.length < cliLimits.inputsAtOnceMax) continue;
      yield inputs;
      inputs = [];
    }
  } catch (error) {
    if (error instanceof CsvError) throw new LeadGenError('invalid_param', `${path}: ${error.message}.`);
    throw error;
  } finally {
    parser.destroy();
  }
  if (inputs.length > 0) yield inputs;
}

/** The one that is most often in the heading, what is quoted left out. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.replace(/"[^"]{0,1000}"/g, '').split(/[\r\n]/, 1);
  const count = (delimiter: string) => heading.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

async function* jsonInputs(path: string, texts: AsyncIterable<string>): AsyncGenerator<object[]> {
  let number = 0;
  for await (const text of texts) {
    const inputs: object[] = [];
    for (const line of text.replace(/\n$/, '').split('\n')) {
      number += 1;
      if (line.trim() === '') continue;
      try {
        inputs.push(JSON.parse(line));
      } catch {
        throw new LeadGenError('invalid_param', `${path}: line ${number}: it is not JSON.`);
      }
    }
    yield inputs;
  }
}
