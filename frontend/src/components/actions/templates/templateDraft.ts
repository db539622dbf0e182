import type { Template, TemplateContent, TemplatePlace } from '@/services/types';

const PLACE = /\{\{ *([a-z][a-z0-9_]{0,39}) *\}\}/g;

export const newTemplate = (kind: Template['kind']): TemplateContent => ({
  kind,
  name: '',
  description: '',
  subject: kind === 'email' ? '' : null,
  text: '',
  placeholders: [],
});

export const contentOf = ({
  kind,
  name,
  description,
  subject,
  text,
  placeholders,
}: Template): TemplateContent => ({
  kind,
  name,
  description,
  subject: subject ?? null,
  text,
  placeholders: placeholders ?? [],
});

const labelOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** The fields are those that the text names, in their order; what was said of each stays. */
export function withPlaces(content: TemplateContent): TemplateContent {
  const named = [...`${content.subject ?? ''}\n${content.text}`.matchAll(PLACE)].map(
    ([, name]) => name ?? '',
  );
  const known = new Map((content.placeholders ?? []).map((one) => [one.name, one]));
  const placeholders = [...new Set(named)].map(
    (name): TemplatePlace => known.get(name) ?? { name, label: labelOf(name), kind: 'line', required: true },
  );
  return { ...content, placeholders };
}
