import { ArrowLeft, Copy, FileText, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toast } from 'sonner';
import { TemplateEditor } from '@/components/actions/templates/TemplateEditor';
import { contentOf, newTemplate } from '@/components/actions/templates/templateDraft';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { Panel } from '@/components/ui/Panel';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useUser } from '@/contexts/AuthContext';
import { useErrorText } from '@/hooks/useErrorText';
import { usePageTitle } from '@/hooks/usePageTitle';
import { useTemplateChanges, useTemplates } from '@/hooks/useTemplates';
import type { Template, TemplateContent } from '@/services/types';

/** Texts to begin with: the workspace's own, and those that come along. */
export default function Templates() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const isAdmin = useUser().role === 'admin';
  const templates = useTemplates();
  const { remove } = useTemplateChanges();
  const [edited, setEdited] = useState<{ id: string | null; content: TemplateContent } | null>(null);
  const [leaving, setLeaving] = useState<Template | null>(null);
  usePageTitle(t('actions.templates.title'));

  function onDelete() {
    if (!leaving) return;
    remove
      .mutateAsync(leaving.id)
      .then(() => setLeaving(null))
      .catch((error: unknown) => {
        setLeaving(null);
        toast.error(textOf(error));
      });
  }

  const row = (one: Template) => (
    <TemplateRow
      key={one.id}
      template={one}
      mayWrite={isAdmin}
      onEdit={() => setEdited({ id: one.id, content: contentOf(one) })}
      onCopy={() =>
        setEdited({
          id: null,
          content: { ...contentOf(one), name: t('actions.templates.copyName', { name: one.name }) },
        })
      }
      onDelete={() => setLeaving(one)}
    />
  );
  return (
    <div className="mx-auto w-full max-w-4xl px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <div className="flex items-start justify-between gap-4">
        <div className="flex min-w-0 items-start gap-2">
          <Link
            to="/actions"
            aria-label={t('actions.toAll')}
            className={buttonStyles({ variant: 'ghost', size: 'icon' })}
          >
            <ArrowLeft aria-hidden />
          </Link>
          <div className="min-w-0">
            <h1 className="font-semibold text-xl">{t('actions.templates.title')}</h1>
            <p className="mt-0.5 text-pretty text-base text-ink-3">{t('actions.templates.subtitle')}</p>
          </div>
        </div>
        {isAdmin && <NewMenu onChoose={(kind) => setEdited({ id: null, content: newTemplate(kind) })} />}
      </div>
      <div className="mt-6 space-y-6">
        <h2 className="sr-only">{t('actions.templates.all')}</h2>
        <Loaded
          query={templates}
          errorTitle={t('actions.templates.errorTitle')}
          layout="page"
          skeleton={<RowsSkeleton />}
        >
          {(found) => {
            const own = found.filter((one) => !one.built_in);
            return (
              <>
                <Panel title={t('actions.templates.own')}>
                  {own.length > 0 ? (
                    <ul className="divide-y">{own.map(row)}</ul>
                  ) : (
                    <div className="[&>div]:py-6">
                      <EmptyState
                        icon={FileText}
                        title={t('actions.templates.emptyTitle')}
                        text={t(
                          isAdmin ? 'actions.templates.emptyText' : 'actions.templates.emptyTextMember',
                        )}
                      />
                    </div>
                  )}
                </Panel>
                <Panel title={t('actions.templates.builtIn')} text={t('actions.templates.builtInText')}>
                  <ul className="divide-y">{found.filter((one) => one.built_in).map(row)}</ul>
                </Panel>
              </>
            );
          }}
        </Loaded>
      </div>
      {edited && <TemplateEditor id={edited.id} initial={edited.content} onClose={() => setEdited(null)} />}
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={() => setLeaving(null)}
        title={t('actions.templates.deleteTitle', { name: leaving?.name ?? '' })}
        description={t('actions.templates.deleteText')}
        action={t('actions.templates.delete')}
        busy={remove.isPending}
        onConfirm={onDelete}
      />
    </div>
  );
}

interface TemplateRowProps {
  template: Template;
  mayWrite: boolean;
  onEdit: () => void;
  onCopy: () => void;
  onDelete: () => void;
}

function TemplateRow({ template, mayWrite, onEdit, onCopy, onDelete }: TemplateRowProps) {
  const { t } = useTranslation();
  const { name, description, kind, subject, text, built_in } = template;
  return (
    <li className="py-3.5 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64 text-base">
          <p className="font-medium">
            <bdi>{name}</bdi> <Chip>{t(`actions.kind.${kind}`)}</Chip>
          </p>
          {description && <p className="text-ink-2">{description}</p>}
        </div>
        {mayWrite && (
          <div className="flex gap-0.5">
            <Button
              variant="ghost"
              size="icon"
              aria-label={t('actions.templates.copyNamed', { name })}
              onClick={onCopy}
            >
              <Copy aria-hidden />
            </Button>
            {!built_in && (
              <>
                <Button
                  variant="ghost"
                  size="icon"
                  aria-label={t('actions.templates.editNamed', { name })}
                  onClick={onEdit}
                >
                  <Pencil aria-hidden />
                </Button>
                <Button
                  variant="ghost"
                  size="icon"
                  aria-label={t('actions.templates.deleteNamed', { name })}
                  onClick={onDelete}
                >
                  <Trash2 aria-hidden />
                </Button>
              </>
            )}
          </div>
        )}
      </div>
      <details className="mt-1.5">
        <summary className="cursor-pointer text-ink-3 text-sm">
          {t('actions.templates.showText')}
          <span className="sr-only">: {name}</span>
        </summary>
        <div className="mt-2 rounded-lg bg-sunken px-3.5 py-2.5 text-base">
          {subject && <p className="font-semibold">{subject}</p>}
          <p className="whitespace-pre-wrap break-words">{text.trim()}</p>
        </div>
      </details>
    </li>
  );
}

function NewMenu({ onChoose }: { onChoose: (kind: Template['kind']) => void }) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="primary">
          <Plus aria-hidden />
          {t('actions.templates.new')}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        {(['email', 'slack'] as const).map((kind) => (
          <MenuItem key={kind} onSelect={() => onChoose(kind)}>
            {t(`actions.kind.${kind}`)}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}
