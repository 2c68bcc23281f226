import type { PhoneNumber } from 'libphonenumber-js/min';

/** P12: `(AAA) BBB-CCCC` in the North American plan, international form elsewhere. */
export function formatPhone(number: PhoneNumber): string {
  if (number.countryCallingCode === '1' && number.nationalNumber.length === 10) {
    const digits = number.nationalNumber;
    const extension = number.ext ? ` ext. ${number.ext}` : '';
    return `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}${extension}`;
  }
  return number.formatInternational();
}
