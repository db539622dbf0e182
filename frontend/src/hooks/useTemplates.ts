import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/services/queries';
import {
  addTemplate,
  changeTemplate,
  deleteTemplate,
  fillTemplate,
  listTemplates,
  previewTemplate,
} from '@/services/templates';
import type { Template, TemplateContent } from '@/services/types';
import { useDebounced } from './useDebounced';

const TYPING_PAUSE_MS = 300;

/** The workspace's own, then those that come along; of one kind, if one is given. */
export const useTemplates = (kind?: Template['kind'], enabled = true) =>
  useQuery({
    queryKey: keys.templates,
    queryFn: ({ signal }) => listTemplates(signal),
    enabled,
    select: ({ items }) => (kind ? items.filter((one) => one.kind === kind) : items),
  });

/** How what is written looks, as the server fills it in. */
export function useTemplatePreview(template: TemplateContent) {
  const rested = useDebounced(JSON.stringify(template), TYPING_PAUSE_MS);
  return useQuery({
    queryKey: keys.templatePreview(rested),
    queryFn: ({ signal }) => previewTemplate(JSON.parse(rested) as TemplateContent, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useTemplateChanges() {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: keys.templates });
  return {
    save: useMutation({
      mutationFn: ({ id, content }: { id: string | null; content: TemplateContent }) =>
        id === null ? addTemplate(content) : changeTemplate(id, content),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: deleteTemplate, onSuccess }),
  };
}

export const useFillTemplate = () =>
  useMutation({
    mutationFn: ({ id, values }: { id: string; values: Record<string, string> }) => fillTemplate(id, values),
  });
