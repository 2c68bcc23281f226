/** Charges as JSON that jsonb takes: it knows neither NUL nor half surrogate pairs, and foreign text may hold either. */
export function chargesJson(charges: readonly unknown[]): string {
  return JSON.stringify(charges, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
  );
}
