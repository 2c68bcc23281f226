/** An invented business. All names, addresses and numbers are made up; hosts lie under `home.arpa`, which no name server of the Internet answers for (RFC 8375). */
export interface Business {
  id: number;
  name: string;
  trade: string;
  host: string;
  city: string;
  street: string;
  phone: string;
  emails: string[];
  description: string;
  hasWebsite: boolean;
}

const trades = [
  {
    trade: 'marketing agency',
    words: ['Bright', 'Compass', 'North Star', 'Signal', 'Blue Harbor'],
    suffix: 'Marketing',
  },
  { trade: 'bakery', words: ['Golden Crust', 'Old Mill', 'Sunrise', 'Corner', 'Honey'], suffix: 'Bakery' },
  { trade: 'dentist', words: ['Riverside', 'Family', 'Park View', 'Gentle', 'Lakeside'], suffix: 'Dental' },
  { trade: 'law firm', words: ['Hart & Cole', 'Marsh', 'Whitfield', 'Stone Bridge', 'Avery'], suffix: 'Law' },
  { trade: 'plumber', words: ['Rapid', 'Clear Pipe', 'Copper', 'Blue Valve', 'Steady'], suffix: 'Plumbing' },
  { trade: 'restaurant', words: ['Olive Court', 'Salt & Vine', 'Lantern', 'Red Door', 'Juniper'], suffix: 'Kitchen' },
  { trade: 'gym', words: ['Iron Oak', 'Motion', 'Summit', 'Pulse', 'Anchor'], suffix: 'Fitness' },
  { trade: 'architect', words: ['Fine Line', 'Level', 'Quiet Space', 'Gable', 'Meridian'], suffix: 'Architects' },
  { trade: 'florist', words: ['Wild Fern', 'Petal', 'Garden Gate', 'Ivy', 'Marigold'], suffix: 'Flowers' },
] as const;

const cities = ['New York', 'Chicago', 'Austin', 'Seattle', 'Boston'];
const streets = ['Maple Street', 'Harbor Road', 'Mill Lane', 'Station Square', 'Orchard Avenue'];

/** 45 businesses, always the same. */
export const businesses: readonly Business[] = trades.flatMap(({ trade, words, suffix }, tradeIndex) =>
  words.map((word, wordIndex): Business => {
    const id = tradeIndex * words.length + wordIndex;
    const name = `${word} ${suffix}`;
    const host = `${name
      .toLowerCase()
      .replaceAll('&', 'and')
      .replace(/[^a-z]+/g, '-')}.home.arpa`;
    const city = cities[(tradeIndex + wordIndex) % cities.length]!;
    return {
      id,
      name,
      trade,
      host,
      city,
      street: `${12 + id} ${streets[wordIndex % streets.length]}`,
      // 555-01xx is set aside for invented numbers.
      phone: `(${212 + tradeIndex}) 555-01${String(id).padStart(2, '0')}`,
      emails: [`hello@${host}`, `sales@${host}`, ...(wordIndex % 2 === 0 ? [`press@${host}`] : [])],
      description: `${name} is a ${trade} in ${city}. Family-run since ${1950 + id}, open six days a week.`,
      hasWebsite: id % 9 !== 8,
    };
  }),
);

export function businessOfHost(host: string): Business | null {
  return businesses.find((each) => each.host === host.toLowerCase().replace(/^www\./, '')) ?? null;
}

/** The businesses in an order that belongs to the query: those of a named trade or city first, the rest shuffled by its letters. */
export function rankedFor(query: string): Business[] {
  const text = query.toLowerCase();
  const seed = hash(text);
  const score = ({ trade, city, id }: Business) =>
    (text.includes(trade) || trade.split(' ').some((word) => text.includes(word)) ? 2 : 0) +
    (text.includes(city.toLowerCase()) ? 1 : 0) +
    ((seed ^ Math.imul(id + 1, 2654435761)) >>> 0) / 2 ** 32;
  return [...businesses].sort((left, right) => score(right) - score(left));
}

/** FNV-1a, enough to scatter. */
export function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  return value >>> 0;
}
