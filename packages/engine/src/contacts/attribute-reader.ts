import { decodeHTMLAttribute } from 'entities/decode';
import type { PageSource } from './page-source.ts';
import type { TagAttributes } from './tag-attributes.ts';

/** The values of one tag's attributes. A value becomes a string when it is asked for. */
export interface AttributeReader {
  /** Sets the tag that the others speak of. */
  use(tag: TagAttributes): void;
  /** The value of the attribute of that bit, decoded; `''` for one without a value. */
  get(bit: number): string | undefined;
  /** The same for one that is present, as the source has it. */
  raw(bit: number): string;
  /** Which of the tag's attributes has the bit. */
  placeOf(bit: number): number;
  nameAt(place: number): string;
  getAt(place: number): string;
  rawAt(place: number): string;
  startAt(place: number): number;
  endAt(place: number): number;
}

export function createAttributeReader({ source, piece }: PageSource): AttributeReader {
  let tag: TagAttributes;
  const placeOf = (bit: number) => tag.places[31 - Math.clz32(bit)]!;
  const startAt = (place: number) => tag.spans[4 * place + 2]!;
  const endAt = (place: number) => tag.spans[4 * place + 3]!;
  const rawAt = (place: number) => source.slice(Math.max(0, startAt(place)), Math.max(0, endAt(place)));
  function getAt(place: number): string {
    const text = piece(startAt(place), endAt(place));
    return text.includes('&') ? decodeHTMLAttribute(text) : text;
  }
  return {
    use(next) {
      tag = next;
    },
    get: (bit) => ((tag.present & bit) === 0 ? undefined : getAt(placeOf(bit))),
    raw: (bit) => rawAt(placeOf(bit)),
    placeOf,
    nameAt: (place) => source.slice(tag.spans[4 * place], tag.spans[4 * place + 1]).toLowerCase(),
    getAt,
    rawAt,
    startAt,
    endAt,
  };
}
