import { z } from 'zod';

export const metadataSchema = z
  .object({
    title: z.string().meta({ description: 'Title of the page.' }),
    description: z.string().meta({ description: 'Meta description.' }),
    keywords: z.string().meta({ description: 'Meta keywords.' }),
    image: z.string().meta({ description: 'Open Graph image, absolute address.' }),
  })
  .meta({ id: 'Metadata', description: 'What the page says of itself; empty where it says nothing.' });
