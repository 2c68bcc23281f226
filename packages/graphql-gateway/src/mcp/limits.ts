/** What an agent's call may ask for, and what it gets at once. */
export const mcpLimits = {
  /** Of the text and of the structured content, each (contract). */
  answerTokensMax: 8_000,
  /** Counted part by part, a text can hold a few tokens more than its parts. */
  answerTokensSpare: 150,
  /** Of the table in the text; the structured content holds more. */
  tableTokensMax: 3_500,
  /** An answer that takes longer goes on by itself, and the caller gets what there is (contract). */
  answerMillisecondsMax: 45_000,
  /** Then a call that goes on is stopped, whatever it still has to do. */
  backgroundMillisecondsMax: 20 * 60_000,
  /** Calls of one process that go on after their answer; further ones are stopped at 45 s. */
  background: { callsMax: 200, callsPerAccountMax: 10 },
  domainsMax: 50,
  placeIdsMax: 20,
  quoteInputsMax: 100,
  /** More belong into the HTTP door of batches. */
  batchInputsMax: 2_000,
  historyRowsMax: 1_000,
  fieldsMax: 50,
  fieldCharactersMax: 100,
  cellCharactersMax: 120,
  listCellCharactersMax: 240,
  notesMax: 6,
  noteCharactersMax: 200,
  messageCharactersMax: 1_000,
  bodyBytesMax: 512 * 1024,
  /** Rows that one look at kept results reads from the database. */
  keptRowsPerReadMax: 200,
  itemsAtOnceMax: 5,
  /** Rows of a page of places. */
  joinedRowsMax: 20,
  /** How long `results` waits for the next row of an answer that goes on. */
  rowsWaitMilliseconds: 20_000,
  rowsPollMilliseconds: 1_000,
  loginMillisecondsMax: 30_000,
  /** A gateway answers within 45 s; what comes later than this does not come. */
  forwardMillisecondsMax: 120_000,
  /** How long a person's word counts, seconds. */
  approvalSecondsMax: 600,
} as const;
