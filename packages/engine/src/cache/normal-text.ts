/** H1: the form in which two queries are the same one: NFC, trimmed, spaces collapsed, case kept (`OR` is not `or`). */
export function normalText(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ');
}
