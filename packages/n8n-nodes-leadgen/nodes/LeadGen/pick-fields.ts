import type { IDataObject } from 'n8n-workflow';

/** The named fields, `metadata.title` for one inside another. */
export function pickFields(json: IDataObject, fields: string[]): IDataObject {
  const kept: IDataObject = {};
  for (const field of fields) {
    const path = field.split('.');
    let value: unknown = json;
    for (const name of path)
      value = typeof value === 'object' && value !== null ? (value as IDataObject)[name] : undefined;
    if (value !== undefined) kept[field] = value as IDataObject[string];
  }
  return kept;
}
