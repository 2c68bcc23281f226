import { type Answer, type LegacyShape, legacyShape, type Operation } from '@leadgen/engine';

/** The body of a legacy answer, to the byte what the reference shows: raw UTF-8, slashes unescaped (P10). */
export type LegacyBody = (answer: Answer) => string;

/** @param escapeNonAscii the places paths of the reference print `\\u2013` for an en dash; an old client may count on it (P10). */
export function createLegacyBody(operation: Operation, escapeNonAscii: boolean): LegacyBody {
  const shape: LegacyShape = legacyShape(operation.data);
  const rendered = new WeakMap<object, string>();

  function render(answer: Answer): string {
    const json = JSON.stringify(shape(answer.data));
    return escapeNonAscii
      ? json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : json;
  }

  return (answer) => {
    const { keptAs } = answer;
    let data = keptAs ? rendered.get(keptAs) : undefined;
    if (data === undefined) {
      data = render(answer);
      if (keptAs) rendered.set(keptAs, data);
    }
    return `{"status":"success","credits_used":${answer.credits.used},"data":${data}}`;
  };
}

/** Exactly the three keys of the reference (C24). */
export function legacyError(error: { code: string; message: string }): string {
  return JSON.stringify({ status: 'error', code: error.code, message: error.message });
}
