/** Templates of mails and messages: everybody fills them in, administrators write them. */
import { client, unwrap } from './api';
import type { TemplateContent } from './types';

const of = (id: string) => ({ path: { template_id: id } });

export const listTemplates = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/actions/templates', { signal }));

export const addTemplate = (content: TemplateContent) =>
  unwrap(client.POST('/api/v1/actions/templates', { body: content }));

export const changeTemplate = (id: string, { kind: _, ...content }: TemplateContent) =>
  unwrap(client.PATCH('/api/v1/actions/templates/{template_id}', { params: of(id), body: content }));

export const deleteTemplate = (id: string) =>
  unwrap(client.DELETE('/api/v1/actions/templates/{template_id}', { params: of(id) }));

/** Its text with these values in it. */
export const fillTemplate = (id: string, values: Record<string, string>) =>
  unwrap(
    client.POST('/api/v1/actions/templates/{template_id}/preview', { params: of(id), body: { values } }),
  );

/** How a template that is not saved looks: what has no value is its label in brackets. */
export const previewTemplate = (template: TemplateContent, signal?: AbortSignal) =>
  unwrap(client.POST('/api/v1/actions/templates/preview', { body: { template, values: {} }, signal }));
