/**
 * An IPv4 address that is written as an IPv6 one, as IPv4: `::ffff:127.0.0.1` is how a dual-stack socket names its peer, `::ffff:7f00:1` how the URL
 * parser prints the same. Every other address as it is.
 */
export function unmappedAddress(address: string): string {
  const dotted = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (dotted) return dotted;
  const hexadecimal = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!hexadecimal) return address;
  const value = Number.parseInt(hexadecimal[1]!, 16) * 65_536 + Number.parseInt(hexadecimal[2]!, 16);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
