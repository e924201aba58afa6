/** Where the page of a rule is, relative to `docs/`. */
export function docsPage(id: string): string {
  return `rules/${id.toLowerCase().replaceAll("_", "-")}.md`;
}
