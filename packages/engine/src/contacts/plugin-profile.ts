/** The page that Facebook's page plugin names in the query of its frame; null for any other frame. */
export function pluginProfile(src: string): string | null {
  if (!src.includes('plugins')) return null;
  // Each part is bounded, so the work is too.
  const href =
    /facebook\.com\/(?:v[\d.]{1,5}\/)?plugins\/(?:page|likebox|fan|like)\.php\?(?:.{0,300}&)?href=([^&]{10,300})/i.exec(
      src,
    )?.[1];
  if (!href) return null;
  try {
    return decodeURIComponent(href);
  } catch {
    return null;
  }
}
