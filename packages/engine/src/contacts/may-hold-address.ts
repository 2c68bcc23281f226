/**
 * Whether the value of an attribute has a sign of an address: `@` in plain, percent or entity form, and in a data attribute `[at]`, or nothing but
 * hexadecimal or base64 digits.
 */
export function mayHoldAddress(bytes: Uint8Array, start: number, end: number, isData: boolean): boolean {
  let digits = 0;
  for (let index = start; index < end; index += 1) {
    const code = bytes[index]!;
    const kind = kinds[code];
    if (kind === digit) digits += 1;
    else if (kind === sign) {
      if (code === at) return true;
      const next = bytes[index + 1]! | 32;
      if (code === percent) {
        if (next === 0x34 && bytes[index + 2] === 0x30) return true;
      } else if (code === ampersand) {
        if (bytes[index + 1] === numberSign || (next === letterC && (bytes[index + 4]! | 32) === letterM)) return true;
      } else if (isData && next === letterA && (bytes[index + 2]! | 32) === letterT) return true;
    }
  }
  return isData && digits >= 12 && digits <= 200 && end - start - digits <= 2;
}

const at = 64;
const percent = 37;
const ampersand = 38;
const numberSign = 35;
const letterA = 97;
const letterC = 99;
const letterM = 109;
const letterT = 116;

const sign = 1;
const digit = 2;
const kinds = new Uint8Array(256);
for (const character of '@%&[(') kinds[character.charCodeAt(0)] = sign;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  kinds[character.charCodeAt(0)] = digit;
