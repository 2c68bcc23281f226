/** JSON on one line that a terminal can only show. */
export function jsonText(value: unknown): string {
  return escapedForTerminal(JSON.stringify(value));
}

/** A JSON text in which what a terminal would obey (C1, DEL, bidi controls) is escaped, as JSON itself escapes C0. */
export function escapedForTerminal(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
