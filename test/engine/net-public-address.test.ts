import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { isPublicAddress } from '../../packages/engine/src/net/public-address.ts';

const isUnicast = (address: string) => ipaddr.process(address).range() === 'unicast';

it('takes no IPv4 address for public that ipaddr.js does not, and refuses no more than the registry', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      if (isPublicAddress(address)) expect(isUnicast(address)).toBe(true);
      else expect(isUnicast(address) ? anycastOfTheRegistry.test(address) : true).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

/** Blocks of the special-purpose registry that ipaddr.js counts as ordinary. */
const anycastOfTheRegistry = /^192\.(?:31\.196|52\.193|175\.48|88\.99)\./;

it('takes no IPv6 address for public that ipaddr.js does not', () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
  const first = fc.oneof(group, fc.constantFrom('2001', '2002', '64', '0', 'fe80', 'fc00', 'fec0', 'ff02', '3fff'));
  const spelled = fc
    .tuple(first, fc.array(group, { minLength: 7, maxLength: 7 }))
    .map(([head, rest]) => [head, ...rest].join(':'));
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), spelled), (address) => {
      if (isPublicAddress(address)) expect(isUnicast(address)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

it.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '3fff::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['8.8.8.8', '1.1.1.1', '93.184.215.14', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::64'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);
